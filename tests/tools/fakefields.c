/* The texts of a hand-made model that come from outside, one by one. */
#include "base/mem.h"
#include "tests/tools/fakemodel.h"

struct safe_text *fake_nth_text(struct model *m, size_t n)
{
    struct model_cell *failed = fake_cell(m, "ap-southeast-5");
    struct model_cell *retried = fake_cell(m, "ap-southeast-3");
    struct safe_text *texts[] = {
        &m->alias,
        &m->identity,
        &m->credentials_source,
        &m->headline,
        &m->cells[0].ami,
        &m->cells[0].snapshot,
        &m->cells[14].note,
        &retried->note,
        &failed->error->operation,
        &failed->error->code,
        &failed->error->message,
        &failed->error->request_id,
        &failed->error->advice,
        &m->disks[1].import_message,
        &m->disks[1].import_task,
        (struct safe_text *)&event_list_get(m->events, 6)->region,
        (struct safe_text *)&event_list_get(m->events, 6)->code,
        (struct safe_text *)&event_list_get(m->events, 6)->text,
    };
    return n < ARRAY_LEN(texts) ? texts[n] : NULL;
}

char **fake_nth_string(struct model *m, size_t n)
{
    struct plan *p = (struct plan *)m->plan;
    char **strings[] = {
        &p->release,
        &p->bucket,
        &p->import_role,
        &p->images[0].name,
        &p->images[0].system,
        &p->images[1].disks[0].key,
        &p->images[0].boot_mode,
    };
    return n < ARRAY_LEN(strings) ? strings[n] : NULL;
}
