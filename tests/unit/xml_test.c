/* aws/xml: what is found, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/xml.h"
#include "base/buf.h"
#include "base/mem.h"

static const char sample[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<DescribeImagesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\n"
    "  <requestId>r-1</requestId>\n"
    "  <imagesSet>\n"
    "    <item><imageId>ami-1</imageId><name> a &amp; b&#10;</name><size>42%</size>"
    "<public>true</public></item>\n"
    "    <other/>\n"
    "    <item><imageId>ami-2</imageId><name/><size>0.0</size><public>false</public></item>\n"
    "  </imagesSet>\n"
    "  <x:spaced xmlns:x=\"urn:x\">9223372036854775808</x:spaced>\n"
    "</DescribeImagesResponse>";

static void finds_by_path(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct xml *root = xml_parse(sample, strlen(sample), &err);
    assert_non_null(root);
    assert_string_equal(root->name, "DescribeImagesResponse");
    assert_string_equal(xml_text(root, "requestId"), "r-1");
    assert_string_equal(xml_text(root, "imagesSet/item/name"), "a & b");
    assert_string_equal(xml_text(root, "spaced"), "9223372036854775808");
    assert_null(xml_text(root, "imagesSet/item/nothing"));
    assert_null(xml_text(root, "item"));
    assert_null(xml_find(NULL, "a"));
    assert_ptr_equal(xml_find(root, ""), root);

    const struct xml *item = xml_first(root, "imagesSet/item");
    assert_int_equal(xml_int(item, "size", -1), 42);
    assert_true(xml_bool(item, "public", false));
    item = xml_after(item);
    assert_string_equal(xml_text(item, "imageId"), "ami-2");
    assert_string_equal(xml_text(item, "name"), "");
    assert_int_equal(xml_int(item, "size", -1), 0);
    assert_false(xml_bool(item, "public", true));
    assert_true(xml_bool(item, "imageId", true));
    assert_int_equal(xml_int(item, "name", -1), -1);
    assert_int_equal(xml_int(item, "imageId", -1), -1);
    assert_int_equal(xml_int(root, "spaced", -1), -1);
    assert_null(xml_after(item));
    char *copy = xml_dup(item, "imageId");
    assert_string_equal(copy, "ami-2");
    free(copy);
    assert_null(xml_dup(item, "nothing"));
    xml_free(root);
}

static void refuses(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "   ",
        "<a>",
        "<a><b></a>",
        "<a/><b/>",
        "<a>&unknown;</a>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM \"http://example.com/a.dtd\"><a/>",
        "{\"json\": true}",
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = ERR_INIT;
        assert_null(xml_parse(rows[i], strlen(rows[i]), &err));
        assert_int_equal(err.kind, ERR_REPLY);
    }
}

static struct xml *parse_nested(int levels, struct err *err)
{
    struct buf text = BUF_INIT;

    for (int i = 0; i < levels; i++)
        buf_add_str(&text, "<a>text");
    for (int i = 0; i < levels; i++)
        buf_add_str(&text, "</a>");
    struct xml *root = xml_parse(buf_str(&text), text.length, err);
    buf_free(&text);
    return root;
}

static void depth_has_a_limit(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct xml *root = parse_nested(64, &err);
    assert_non_null(root);
    xml_free(root);
    assert_null(parse_nested(65, &err));
    assert_int_equal(err.kind, ERR_REPLY);
}

static void size_has_a_limit(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct buf text = BUF_INIT;

    buf_add_str(&text, "<a>");
    for (int i = 0; i < 1000000; i++)
        buf_add_str(&text, "<b/>");
    buf_add_str(&text, "</a>");
    assert_null(xml_parse(buf_str(&text), text.length, &err));
    assert_int_equal(err.kind, ERR_REPLY);
    buf_free(&text);
}

/* What a stream hands out: the ids, and the text of a child. */
static void note_item(void *arg, const struct xml *item)
{
    struct buf *seen = arg;
    const char *id = xml_text(item, "imageId");

    buf_add_fmt(seen, "%s=%s;", id == NULL ? "?" : id, xml_text(item, "name"));
    assert_null(item->next);
}

/* However the bytes are cut, the items are the same. */
static void a_stream_hands_out_items(void **state)
{
    (void)state;
    static const size_t steps[] = {1, 7, 64, sizeof sample};
    struct buf seen = BUF_INIT;
    struct err err = ERR_INIT;
    struct xml_stream *s = xml_stream_new("imagesSet/item", note_item, &seen);

    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        size_t length = strlen(sample);
        buf_reset(&seen);
        xml_stream_restart(s);
        for (size_t at = 0; at < length; at += steps[i])
            xml_stream_add(s, sample + at, length - at < steps[i] ? length - at : steps[i]);
        const struct xml *root = xml_stream_end(s, &err);
        assert_non_null(root);
        assert_string_equal(buf_str(&seen), "ami-1=a & b;ami-2=;");
        /* What is no item stays; the items do not. */
        assert_string_equal(xml_text(root, "requestId"), "r-1");
        assert_string_equal(xml_text(root, "spaced"), "9223372036854775808");
        assert_non_null(xml_find(root, "imagesSet/other"));
        assert_null(xml_find(root, "imagesSet/item"));
    }
    xml_stream_free(s);
    buf_free(&seen);
}

/* Only what stands at the path is an item, and an item may hold elements of the same names. */
static void a_stream_knows_the_path(void **state)
{
    (void)state;
    static const char text[] =
        "<R><item><imageId>no</imageId></item><a><set><item/></set></a>"
        "<set><other><item><imageId>no</imageId></item></other><item><imageId>1</imageId><name>x"
        "</name><set><item><imageId>in</imageId></item></set></item></set>"
        "<set>tail<item><imageId>2</imageId><name>y</name></item> end</set></R>";
    struct buf seen = BUF_INIT;
    struct err err = ERR_INIT;
    struct xml_stream *s = xml_stream_new("set/item", note_item, &seen);

    xml_stream_add(s, text, strlen(text));
    const struct xml *root = xml_stream_end(s, &err);
    assert_non_null(root);
    assert_string_equal(buf_str(&seen), "1=x;2=y;");
    assert_string_equal(xml_text(root, "item/imageId"), "no");
    assert_non_null(xml_find(root, "a/set/item"));
    assert_string_equal(xml_after(xml_find(root, "set"))->text, "tail end");
    xml_stream_free(s);
    buf_free(&seen);
}

static void a_broken_stream_ends_with_an_error(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "<R><set><item><imageId>1</imageId><name>x</name></item>",
        "<R><set><item></set></R>",
        "<!DOCTYPE a><R/>",
        "<R/><R/>",
    };
    struct buf seen = BUF_INIT;
    struct xml_stream *s = xml_stream_new("set/item", note_item, &seen);

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = ERR_INIT;
        xml_stream_restart(s);
        xml_stream_add(s, rows[i], strlen(rows[i]));
        xml_stream_add(s, " ", 1);
        assert_null(xml_stream_end(s, &err));
        assert_int_equal(err.kind, ERR_REPLY);
    }
    assert_string_equal(buf_str(&seen), "1=x;");
    xml_stream_restart(s);
    xml_stream_add(s, "<R/>", 4);
    assert_non_null(xml_stream_end(s, NULL));
    xml_stream_free(s);
    xml_stream_free(NULL);
    buf_free(&seen);
}

/* Items that are larger than any piece of memory that the tree takes at a time. */
static void large_items_fit(void **state)
{
    (void)state;
    struct buf text = BUF_INIT, name = BUF_INIT, seen = BUF_INIT, expected = BUF_INIT;
    struct err err = ERR_INIT;

    for (int i = 0; i < 40000; i++)
        buf_add_str(&name, "0123456789abcdef");
    buf_add_str(&text, "<R><set>");
    for (int i = 0; i < 3; i++) {
        buf_add_fmt(&text, "<item><imageId>%d</imageId><name>", i);
        buf_add_str(&text, name.data);
        buf_add_str(&text, "</name></item><item><imageId>s</imageId><name>n</name></item>");
        buf_add_fmt(&expected, "%d=%s;s=n;", i, name.data);
    }
    buf_add_str(&text, "</set></R>");
    struct xml_stream *s = xml_stream_new("set/item", note_item, &seen);
    xml_stream_add(s, text.data, text.length);
    assert_non_null(xml_stream_end(s, &err));
    assert_string_equal(seen.data, expected.data);
    xml_stream_free(s);
    buf_free(&text);
    buf_free(&name);
    buf_free(&seen);
    buf_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_by_path),
        cmocka_unit_test(refuses),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(size_has_a_limit),
        cmocka_unit_test(a_stream_hands_out_items),
        cmocka_unit_test(a_stream_knows_the_path),
        cmocka_unit_test(a_broken_stream_ends_with_an_error),
        cmocka_unit_test(large_items_fit),
    };
    return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
