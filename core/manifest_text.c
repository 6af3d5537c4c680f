/* The manifest in rows: table, CSV and Markdown. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "core/manifest_format.h"

/* Everything that one row of a flat format speaks of. */
struct row {
    const struct manifest *manifest;
    const struct manifest_image *image;
    const struct manifest_region *region;
};

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void add_release(struct buf *out, const struct row *row)
{
    buf_add_str(out, row->manifest->release);
}

static void add_image(struct buf *out, const struct row *row)
{
    buf_add_str(out, row->image->name);
}

static void add_system(struct buf *out, const struct row *row)
{
    buf_add_str(out, or_empty(row->image->system));
}

static void add_digest(struct buf *out, const struct row *row)
{
    buf_add_str(out, or_empty(row->image->digest));
}

static void add_region(struct buf *out, const struct row *row)
{
    buf_add_str(out, row->region->region);
}

static void add_ami(struct buf *out, const struct row *row)
{
    buf_add_str(out, row->region->ami);
}

static void add_state(struct buf *out, const struct row *row)
{
    buf_add_str(out, row->region->state);
}

static void add_public(struct buf *out, const struct row *row)
{
    buf_add_str(out, row->region->is_public ? "true" : "false");
}

static void add_access(struct buf *out, const struct row *row)
{
    buf_add_str(out, row->region->is_public ? "public" : "private");
}

static void add_snapshots(struct buf *out, const struct row *row)
{
    for (size_t i = 0; i < row->region->snapshot_count; i++) {
        if (i > 0)
            buf_add_char(out, ' ');
        buf_add_str(out, row->region->snapshots[i]);
    }
}

struct column {
    const char *heading;
    void (*add)(struct buf *out, const struct row *row);
};

static const struct column csv_columns[] = {
    {"release", add_release}, {"image", add_image},
    {"system", add_system},   {"region", add_region},
    {"ami", add_ami},         {"state", add_state},
    {"public", add_public},   {"snapshots", add_snapshots},
    {"digest", add_digest},
};

static const struct column people_columns[] = {
    {"Image", add_image}, {"Region", add_region}, {"AMI", add_ami},
    {"State", add_state}, {"Access", add_access}, {"Snapshots", add_snapshots},
};

/* Calls `each` for every AMI. */
static void each_row(const struct manifest *m, void (*each)(void *arg, const struct row *row),
                     void *arg)
{
    for (size_t i = 0; i < m->image_count; i++)
        for (size_t k = 0; k < m->images[i].region_count; k++)
            each(arg, &(struct row){m, &m->images[i], &m->images[i].regions[k]});
}

static struct safe_text column_text(const struct column *column, const struct row *row)
{
    struct buf text = BUF_INIT;
    column->add(&text, row);
    struct safe_text safe = text_safe(buf_str(&text));
    buf_free(&text);
    return safe;
}

/* The table: aligned columns. */

struct table {
    struct buf *out;
    const struct column *columns;
    size_t count;
    int widths[ARRAY_LEN(people_columns)];
};

static void table_measure(void *arg, const struct row *row)
{
    struct table *t = arg;
    for (size_t i = 0; i < t->count; i++) {
        struct safe_text text = column_text(&t->columns[i], row);
        if (text.columns > t->widths[i])
            t->widths[i] = text.columns;
        text_free(&text);
    }
}

static void table_cell(const struct table *t, size_t i, const char *text, int columns)
{
    buf_add_str(t->out, text);
    if (i + 1 == t->count) {
        buf_add_char(t->out, '\n');
        return;
    }
    for (int k = columns; k < t->widths[i] + 2; k++)
        buf_add_char(t->out, ' ');
}

static void table_row(void *arg, const struct row *row)
{
    const struct table *t = arg;
    for (size_t i = 0; i < t->count; i++) {
        struct safe_text text = column_text(&t->columns[i], row);
        table_cell(t, i, text.utf8, text.columns);
        text_free(&text);
    }
}

void manifest_write_table(const struct manifest *m, struct buf *out)
{
    /* With one image its name would stand in every row. */
    size_t skip = m->image_count < 2 ? 1 : 0;
    struct table t = {
        .out = out, .columns = people_columns + skip, .count = ARRAY_LEN(people_columns) - skip};
    for (size_t i = 0; i < t.count; i++)
        t.widths[i] = (int)strlen(t.columns[i].heading);
    each_row(m, table_measure, &t);
    for (size_t i = 0; i < t.count; i++)
        table_cell(&t, i, t.columns[i].heading, (int)strlen(t.columns[i].heading));
    each_row(m, table_row, &t);
}

/* CSV (RFC 4180): CRLF, and quotes around what holds a comma or a quote. */

static void csv_field(struct buf *out, size_t index, const char *text)
{
    if (index > 0)
        buf_add_char(out, ',');
    if (strpbrk(text, ",\"\r\n") == NULL) {
        buf_add_str(out, text);
        return;
    }
    buf_add_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *text);
    }
    buf_add_char(out, '"');
}

static void csv_row(void *arg, const struct row *row)
{
    struct buf *out = arg;
    for (size_t i = 0; i < ARRAY_LEN(csv_columns); i++) {
        struct safe_text text = column_text(&csv_columns[i], row);
        csv_field(out, i, text.utf8);
        text_free(&text);
    }
    buf_add_str(out, "\r\n");
}

void manifest_write_csv(const struct manifest *m, struct buf *out)
{
    for (size_t i = 0; i < ARRAY_LEN(csv_columns); i++)
        csv_field(out, i, csv_columns[i].heading);
    buf_add_str(out, "\r\n");
    each_row(m, csv_row, out);
}

/* Markdown: GitHub's tables. */

static void markdown_row(void *arg, const struct row *row)
{
    struct buf *out = arg;
    buf_add_char(out, '|');
    for (size_t i = 0; i < ARRAY_LEN(people_columns); i++) {
        struct safe_text text = column_text(&people_columns[i], row);
        buf_add_char(out, ' ');
        for (const char *c = text.utf8; *c != '\0'; c++) {
            if (strchr("\\|*<`[]", *c) != NULL)
                buf_add_char(out, '\\');
            buf_add_char(out, *c);
        }
        buf_add_str(out, " |");
        text_free(&text);
    }
    buf_add_char(out, '\n');
}

void manifest_write_markdown(const struct manifest *m, struct buf *out)
{
    buf_add_char(out, '|');
    for (size_t i = 0; i < ARRAY_LEN(people_columns); i++)
        buf_add_fmt(out, " %s |", people_columns[i].heading);
    buf_add_str(out, "\n|");
    for (size_t i = 0; i < ARRAY_LEN(people_columns); i++)
        buf_add_str(out, " --- |");
    buf_add_char(out, '\n');
    each_row(m, markdown_row, out);
}
