/* The manifest for programs: JSON, the flat map, Nix and Terraform. */
#include <string.h>

#include "base/text.h"
#include "core/manifest_format.h"

/* JSON, in lines or in one. */

struct json {
    struct buf *out;
    bool in_one_line;
};

static void json_break(const struct json *j, int indent)
{
    if (j->in_one_line)
        return;
    buf_add_fmt(j->out, "\n%*s", indent, "");
}

/* What stands behind a comma. */
static void json_next(const struct json *j, int indent)
{
    buf_add_char(j->out, ',');
    if (j->in_one_line)
        buf_add_char(j->out, ' ');
    json_break(j, indent);
}

static void json_member(const struct json *j, const char *name, const char *value)
{
    buf_add_fmt(j->out, "\"%s\": ", name);
    if (value == NULL)
        buf_add_str(j->out, "null");
    else
        buf_add_json(j->out, value);
}

static void json_region(const struct json *j, const struct manifest_region *r)
{
    buf_add_json(j->out, r->region);
    buf_add_str(j->out, ": {");
    json_member(j, "ami", r->ami);
    buf_add_str(j->out, ", \"snapshots\": [");
    for (size_t i = 0; i < r->snapshot_count; i++) {
        if (i > 0)
            buf_add_str(j->out, ", ");
        buf_add_json(j->out, r->snapshots[i]);
    }
    buf_add_str(j->out, "], ");
    json_member(j, "state", r->state);
    buf_add_fmt(j->out, ", \"public\": %s}", r->is_public ? "true" : "false");
}

static void json_image(const struct json *j, const struct manifest_image *image)
{
    buf_add_char(j->out, '{');
    json_member(j, "name", image->name);
    buf_add_str(j->out, ", ");
    json_member(j, "system", image->system);
    buf_add_str(j->out, ", ");
    json_member(j, "digest", image->digest);
    for (size_t i = 0; i < image->sum_count; i++) {
        buf_add_str(j->out, i == 0 ? ", \"sha256\": [" : ", ");
        buf_add_json(j->out, image->sums[i]);
    }
    buf_add_str(j->out, image->sum_count > 0 ? "], \"regions\": {" : ", \"regions\": {");
    for (size_t i = 0; i < image->region_count; i++) {
        if (i > 0)
            json_next(j, 4);
        else
            json_break(j, 4);
        json_region(j, &image->regions[i]);
    }
    buf_add_str(j->out, "}}");
}

static void json_manifest(const struct json *j, const struct manifest *m)
{
    buf_add_char(j->out, '{');
    json_member(j, "release", m->release);
    buf_add_str(j->out, ", ");
    json_member(j, "account", m->account);
    buf_add_str(j->out, ", ");
    json_member(j, "home", m->home);
    buf_add_str(j->out, ", \"images\": [");
    for (size_t i = 0; i < m->image_count; i++) {
        if (i > 0)
            json_next(j, 2);
        else
            json_break(j, 2);
        json_image(j, &m->images[i]);
    }
    buf_add_str(j->out, "]}");
}

void manifest_write_json(const struct manifest *m, struct buf *out)
{
    json_manifest(&(struct json){.out = out}, m);
    buf_add_char(out, '\n');
}

void manifest_write_line(const struct manifest *m, struct buf *out)
{
    json_manifest(&(struct json){.out = out, .in_one_line = true}, m);
}

void manifest_write_map(const struct manifest *m, struct buf *out)
{
    buf_add_char(out, '{');
    for (size_t i = 0; m->image_count > 0 && i < m->images[0].region_count; i++) {
        if (i > 0)
            buf_add_str(out, ", ");
        buf_add_json(out, m->images[0].regions[i].region);
        buf_add_str(out, ": ");
        buf_add_json(out, m->images[0].regions[i].ami);
    }
    buf_add_str(out, "}\n");
}

/* Text in double quotes in which ${ (and in HCL %{) would start a template. */
static void add_quoted(struct buf *out, const char *text, const char *dollar, const char *percent)
{
    buf_add_char(out, '"');
    for (; *text != '\0'; text++) {
        bool opens = text[1] == '{';
        if (*text == '$' && opens)
            buf_add_str(out, dollar);
        else if (*text == '%' && opens)
            buf_add_str(out, percent);
        else if (*text == '"' || *text == '\\')
            buf_add_fmt(out, "\\%c", *text);
        else
            buf_add_char(out, *text);
    }
    buf_add_char(out, '"');
}

static void add_nix(struct buf *out, const char *text)
{
    struct safe_text safe = text_safe(text);
    add_quoted(out, safe.utf8, "\\$", "%");
    text_free(&safe);
}

static void add_hcl(struct buf *out, const char *text)
{
    struct safe_text safe = text_safe(text);
    add_quoted(out, safe.utf8, "\\u0024", "\\u0025");
    text_free(&safe);
}

/* The last name of an attribute's path: the system, as nixpkgs has it, unless two images share it.
 */
static const char *nix_image(const struct manifest *m, const struct manifest_image *image)
{
    for (size_t i = 0; i < m->image_count; i++)
        if (&m->images[i] != image && m->images[i].system != NULL && image->system != NULL &&
            strcmp(m->images[i].system, image->system) == 0)
            return image->name;
    return image->system != NULL ? image->system : image->name;
}

void manifest_write_nix(const struct manifest *m, struct buf *out)
{
    buf_add_str(out, "{\n");
    for (size_t i = 0; i < m->image_count; i++) {
        for (size_t k = 0; k < m->images[i].region_count; k++) {
            buf_add_str(out, "  ");
            add_nix(out, m->release);
            buf_add_char(out, '.');
            add_nix(out, m->images[i].regions[k].region);
            buf_add_char(out, '.');
            add_nix(out, nix_image(m, &m->images[i]));
            buf_add_str(out, ".hvm-ebs = ");
            add_nix(out, m->images[i].regions[k].ami);
            buf_add_str(out, ";\n");
        }
    }
    buf_add_str(out, "}\n");
}

void manifest_write_terraform(const struct manifest *m, struct buf *out)
{
    buf_add_str(out, "locals {\n  amis = {\n");
    for (size_t i = 0; i < m->image_count; i++) {
        buf_add_str(out, "    ");
        add_hcl(out, m->images[i].name);
        buf_add_str(out, " = {\n");
        for (size_t k = 0; k < m->images[i].region_count; k++) {
            buf_add_str(out, "      ");
            add_hcl(out, m->images[i].regions[k].region);
            buf_add_str(out, " = ");
            add_hcl(out, m->images[i].regions[k].ami);
            buf_add_char(out, '\n');
        }
        buf_add_str(out, "    }\n");
    }
    buf_add_str(out, "  }\n}\n");
}
