/* Names without versions, versions in order, and where an AMI stands in its family. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/family.h"
#include "tests/unit/account.h"

static void names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *family, *version;
    } rows[] = {
        {"acme/1.2.3-x86_64-linux", "acme/*-x86_64-linux", "1.2.3"},
        {"acme/1.2.3-x86_64-linux.17", "acme/*-x86_64-linux", "1.2.3.17"},
        {"nixos/25.11.1234.abcdef-aarch64-linux", "nixos/*-aarch64-linux", "25.11.1234.abcdef"},
        {"nixos/25.11.1234-ZFS-x86_64-linux", "nixos/*-ZFS-x86_64-linux", "25.11.1234"},
        {"debian-12-amd64-20250213-2021", "debian-12-amd64-*", "20250213-2021"},
        {"debian-12-20250213-2021", "debian-12-*", "20250213-2021"},
        {"debian-12-20250213", "debian-12-*", "20250213"},
        {"ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20240501",
         "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*", "20240501"},
        {"al2023-ami-2023.4.20240416.0-kernel-6.1-x86_64", "al2023-ami-*-kernel-6.1-x86_64",
         "2023.4.20240416.0"},
        {"acme-1.2.3-rc1-x86_64-linux", "acme-*-x86_64-linux", "1.2.3-rc1"},
        {"acme-1.2.3-20250213", "acme-*", "1.2.3-20250213"},
        {"acme-v7", "acme-*", "v7"},
        {"app-1a2b3c4d5e", "app-*", "1a2b3c4d5e"},
        {"app-deadbeef1", "app-*", "deadbeef1"},
        {"golden image", "golden image", ""},
        {"x86_64", "x86_64", ""},
        {"", "", ""},
        {"7", "*", "7"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *family, *version;
        family_split(rows[i].name, &family, &version);
        if (strcmp(family, rows[i].family) != 0 || strcmp(version, rows[i].version) != 0)
            fail_msg("%s: %s and %s", rows[i].name, family, version);
        free(family);
        free(version);
    }
}

static void version_order(void **state)
{
    (void)state;
    static const char *const sorted[] = {
        "",
        "0.9",
        "1",
        "1.2",
        "1.2.3-alpha",
        "1.2.3-beta2",
        "1.2.3-beta10",
        "1.2.3-rc1",
        "1.2.3",
        "1.2.3-1",
        "1.2.10",
        "1.10",
        "2",
        "20250213-2021",
        "20250213-2022",
        "20250214",
    };
    for (size_t i = 0; i < ARRAY_LEN(sorted); i++)
        for (size_t k = 0; k < ARRAY_LEN(sorted); k++) {
            int order = family_compare_versions(sorted[i], sorted[k]);
            if ((order > 0) - (order < 0) != (i > k) - (i < k))
                fail_msg("%s and %s: %d", sorted[i], sorted[k], order);
        }
    assert_int_equal(family_compare_versions("v1.2", "1.02"), 0);
}

static const struct family_rank *rank_of(const struct families *f, const struct inventory *i,
                                         const char *region, const char *id)
{
    const struct inventory_region *r = inventory_find_region(i, region);
    return families_rank(f, r, inventory_find_image(r, id));
}

/* 2.0 is the newest version; 1.9 was made later, as a backport is. */
static void newest_by_both(void **state)
{
    (void)state;
    struct account a = {0};
    account_image(&a, 0, "ami-1", "acme-1.0", 300);
    account_image(&a, 0, "ami-2", "acme-2.0", 200);
    account_image(&a, 0, "ami-3", "acme-1.9", 100);
    account_image(&a, 1, "ami-4", "acme-1.0", 300);
    struct inventory *inventory = account_inventory(&a);
    struct families *f = families_new(inventory);
    const struct family_rank *rank = rank_of(f, inventory, "eu-west-1", "ami-1");
    assert_string_equal(rank->family, "acme-*");
    assert_string_equal(rank->newest, "acme-1.9");
    assert_int_equal(rank->by_date, 2);
    assert_int_equal(rank->by_version, 2);
    assert_int_equal(family_best_rank(rank), 2);
    rank = rank_of(f, inventory, "eu-west-1", "ami-2");
    assert_int_equal(rank->by_version, 0);
    assert_int_equal(rank->by_date, 1);
    rank = rank_of(f, inventory, "eu-west-1", "ami-3");
    assert_int_equal(rank->by_version, 1);
    assert_int_equal(rank->by_date, 0);
    /* The only one of its region is the newest there. */
    rank = rank_of(f, inventory, "us-east-1", "ami-4");
    assert_int_equal(rank->by_date, 2);
    assert_int_equal(rank->region_by_date, 0);
    assert_int_equal(family_best_rank(rank), 0);
    families_free(f);
    inventory_unref(inventory);
}

/* What failed, is pending or disabled does not make an older one superfluous. */
static void who_competes(void **state)
{
    (void)state;
    struct account a = {0};
    account_image(&a, 0, "ami-1", "acme-1.0", 300);
    account_image(&a, 0, "ami-2", "acme-2.0", 200)->state = INVENTORY_AMI_DISABLED;
    account_image(&a, 0, "ami-3", "acme-3.0", 100)->state = INVENTORY_AMI_FAILED;
    account_image(&a, 0, "ami-4", "acme-4.0", 1)->state = INVENTORY_AMI_PENDING;
    account_image(&a, 0, "ami-5", "other-1.0", 2)->state = INVENTORY_AMI_DISABLED;
    account_image(&a, 0, "ami-6", "acme-9.0", 1)->architecture = "arm64";
    struct inventory *inventory = account_inventory(&a);
    struct families *f = families_new(inventory);
    assert_int_equal(family_best_rank(rank_of(f, inventory, "eu-west-1", "ami-1")), 0);
    for (const char *id = "2"; *id <= '4'; id = *id == '2' ? "3" : *id == '3' ? "4" : "5") {
        char name[8] = "ami-";
        strcat(name, id);
        assert_int_equal(family_best_rank(rank_of(f, inventory, "eu-west-1", name)), UINT_MAX);
    }
    assert_int_equal(family_best_rank(rank_of(f, inventory, "eu-west-1", "ami-5")), 0);
    assert_int_equal(family_best_rank(rank_of(f, inventory, "eu-west-1", "ami-6")), 0);
    families_free(f);
    inventory_unref(inventory);
}

/* CopyImage takes a name twice: both are one version. */
static void same_name_twice(void **state)
{
    (void)state;
    struct account a = {0};
    account_image(&a, 0, "ami-1", "acme-1.0", 300);
    account_image(&a, 0, "ami-2", "acme-2.0", 200);
    account_image(&a, 0, "ami-3", "acme-2.0", 20);
    account_image(&a, 0, "ami-4", "acme-3.0", 100);
    struct inventory *inventory = account_inventory(&a);
    struct families *f = families_new(inventory);
    assert_int_equal(rank_of(f, inventory, "eu-west-1", "ami-2")->by_version, 1);
    assert_int_equal(rank_of(f, inventory, "eu-west-1", "ami-3")->by_version, 1);
    assert_int_equal(rank_of(f, inventory, "eu-west-1", "ami-2")->by_date, 0);
    assert_int_equal(rank_of(f, inventory, "eu-west-1", "ami-4")->by_date, 1);
    assert_int_equal(rank_of(f, inventory, "eu-west-1", "ami-1")->region_by_version, 2);
    families_free(f);
    inventory_unref(inventory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),           cmocka_unit_test(version_order),
        cmocka_unit_test(newest_by_both),  cmocka_unit_test(who_competes),
        cmocka_unit_test(same_name_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
