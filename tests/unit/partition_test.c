/* aws/partition: the table is what its file says, and every region is found in its partition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cJSON.h>

#include "aws/endpoint.h"
#include "aws/partition.h"
#include "base/buf.h"

static cJSON *read_source(void)
{
    struct buf text = BUF_INIT;
    char chunk[4096];
    size_t n;
    FILE *file = fopen("aws/data/partitions.json", "r");

    if (file == NULL)
        return NULL;
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        buf_add(&text, chunk, n);
    fclose(file);
    cJSON *json = cJSON_Parse(buf_str(&text));
    buf_free(&text);
    return json;
}

static void same(const cJSON *row, const char *name, const char *value)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(row, name));

    if (text == NULL)
        assert_null(value);
    else
        assert_string_equal(text, value);
}

static void the_table_is_its_file(void **state)
{
    (void)state;
    cJSON *json = read_source();
    const cJSON *rows = cJSON_GetObjectItem(json, "partitions"), *row, *region;
    size_t i = 0;

    if (json == NULL)
        skip(); /* not run from the root of the sources */
    assert_non_null(cJSON_GetObjectItem(json, "source"));
    assert_int_equal(cJSON_GetArraySize(rows), partition_count);
    cJSON_ArrayForEach(row, rows)
    {
        const struct partition *p = &partitions[i++];
        size_t r = 0;
        same(row, "name", p->name);
        same(row, "prefix", p->prefix);
        same(row, "suffix", p->suffix);
        same(row, "dual_suffix", p->dual_suffix);
        same(row, "iam_host", p->iam_host);
        same(row, "iam_fips_host", p->iam_fips_host);
        same(row, "iam_dual_host", p->iam_dual_host);
        same(row, "iam_fips_dual_host", p->iam_fips_dual_host);
        same(row, "iam_region", p->iam_region);
        same(row, "account_region", p->account_region);
        same(row, "first_region", p->first_region);
        cJSON_ArrayForEach(region, cJSON_GetObjectItem(row, "regions"))
            assert_string_equal(region->valuestring, p->regions[r++]);
        assert_null(p->regions[r]);
    }
    cJSON_Delete(json);
}

static void every_region_is_found(void **state)
{
    (void)state;
    size_t count = 0;

    for (size_t i = 0; i < partition_count; i++) {
        const struct partition *p = &partitions[i];
        for (const char *const *region = p->regions; *region != NULL; region++, count++) {
            assert_ptr_equal(partition_of(*region), p);
            assert_string_equal(endpoint_partition(*region), p->name);
        }
    }
    for (size_t i = 0; i < count; i++)
        assert_non_null(partition_region(i));
    assert_null(partition_region(count));
    assert_string_equal(partition_of("xx-new-1")->name, "aws");
}

static void partitions_of_arns(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"arn:aws:iam::1:role/r", "aws"},
        {"arn:aws-cn:iam::1:role/r", "aws-cn"},
        {"arn:aws-us-gov:iam::1:role/r", "aws-us-gov"},
        {"arn:aws-eusc:iam::1:role/r", "aws-eusc"},
        {"arn:aws-moon:iam::1:role/r", "aws"},
        {"arn:aws", "aws"},
        {"nothing", "aws"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(partition_of_arn(rows[i][0])->name, rows[i][1]);
    assert_string_equal(partition_of_arn(NULL)->name, "aws");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_its_file),
        cmocka_unit_test(every_region_is_found),
        cmocka_unit_test(partitions_of_arns),
    };
    return cmocka_run_group_tests_name("partition", tests, NULL, NULL);
}
