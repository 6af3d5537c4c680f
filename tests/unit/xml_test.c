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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_by_path),
        cmocka_unit_test(refuses),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(size_has_a_limit),
    };
    return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
