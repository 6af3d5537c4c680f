/* Telling a person who looks elsewhere. */
#include "screens/notice.h"

#include <stdio.h>

static int failures(const struct model *model)
{
    int n = 0;
    for (size_t i = 0; i < model->disk_count; i++)
        n += model->disks[i].word == WORD_FAIL;
    return n + model->counts.failed;
}

bool notice_rings(const struct model *before, const struct model *after)
{
    static const bool calls[PHASES] = {
        [PHASE_PLANNED] = true, [PHASE_HELD] = true,    [PHASE_DONE] = true,
        [PHASE_STOPPED] = true, [PHASE_REFUSED] = true,
    };
    enum phase was = before != NULL ? before->phase : PHASE_RESOLVING;
    int failed = before != NULL ? failures(before) : 0;
    if (calls[after->phase] && after->phase != was)
        return true;
    if (after->signed_out && (before == NULL || !before->signed_out))
        return true; /* only a person can sign in */
    return failed == 0 && failures(after) > 0;
}

struct safe_text notice_title(const struct model *model, bool ascii)
{
    if (model == NULL || model->plan == NULL)
        return text_safe("tatami");
    int all = model->counts.cells - model->counts.left_out;
    int failed = failures(model);
    int there = model->plan->is_public ? model->counts.is_public : model->counts.ready;
    char bad[32] = "";
    if (failed > 0)
        snprintf(bad, sizeof(bad), " %d%s", failed, ascii ? "x" : "✗");
    return text_safe_fmt("tatami %d/%d%s %s", there, all, bad, model->plan->release);
}
