/* image-info.json, as Nix writes it and as it is proposed. */
#include "core/image_info.h"

#include "tests/unit/temp.h"

static void result_folder(void)
{
    run("mkdir -p result/nix-support && truncate -s 3M result/nixos.raw result/boot.img");
}

static struct image_info *read_json(const char *json, struct err *err)
{
    result_folder();
    write_text("result/nix-support/image-info.json", json);
    *err = ERR_INIT;
    char *path;
    assert_true(image_info_find("result", &path));
    struct image_info *info = image_info_read(path, err);
    free(path);
    return info;
}

static struct image_info *read_well(const char *json)
{
    struct err err;
    struct image_info *info = read_json(json, &err);
    if (info == NULL)
        fail_msg("%s: %s", json, err.message);
    return info;
}

static void refuse(const char *json, const char *part)
{
    struct err err;
    struct image_info *info = read_json(json, &err);
    if (info != NULL)
        fail_msg("%s was taken", json);
    assert_int_equal(err.kind, ERR_INPUT);
    if (strstr(err.message, part) == NULL)
        fail_msg("%s: %s", json, err.message);
}

static void as_nix_writes_it(void **state)
{
    (void)state;
    struct image_info *info =
        read_well("{\"label\":\"25.11.1234.abcdef\",\"boot_mode\":\"legacy-bios\","
                  "\"system\":\"x86_64-linux\",\"logical_bytes\":\"3221225472\","
                  "\"file\":\"/nix/store/xxxx-nixos-amazon-image/nixos.raw\",\"format\":\"vpc\"}");
    assert_string_equal(info->label, "25.11.1234.abcdef");
    assert_string_equal(info->boot_mode, "legacy-bios");
    assert_string_equal(info->system, "x86_64-linux");
    assert_int_equal(info->format, IMAGE_VHD);
    assert_int_equal(info->disk_count, 1);
    assert_string_equal(info->disks[0].role, "root");
    assert_int_equal(info->disks[0].logical_bytes, 3221225472);
    assert_int_equal(access(info->disks[0].path, R_OK), 0);
    assert_null(info->disks[0].device);
    image_info_free(info);
}

static void two_disks(void **state)
{
    (void)state;
    struct image_info *info =
        read_well("{\"label\":\"l\",\"system\":\"aarch64-linux\",\"disks\":{"
                  "\"root\":{\"file\":\"nixos.raw\",\"logical_bytes\":2147483648},"
                  "\"boot\":{\"file\":\"boot.img\",\"logical_bytes\":\"1073741824\"}}}");
    assert_int_equal(info->format, IMAGE_FORMATS);
    assert_int_equal(info->disk_count, 2);
    assert_string_equal(info->disks[0].role, "boot");
    assert_int_equal(info->disks[0].logical_bytes, 1 << 30);
    assert_string_equal(info->disks[1].role, "root");
    assert_non_null(strstr(info->disks[1].path, "nixos.raw"));
    image_info_free(info);
}

static void register_image(void **state)
{
    (void)state;
    struct image_info *info =
        read_well("{\"label\":\"l\",\"system\":\"x86_64-linux\",\"file\":\"nixos.raw\","
                  "\"boot_mode\":\"legacy-bios\",\"registerImage\":{\"Architecture\":\"arm64\","
                  "\"BootMode\":\"uefi\",\"RootDeviceName\":\"/dev/sda1\","
                  "\"VirtualizationType\":\"hvm\",\"EnaSupport\":true,\"ImdsSupport\":\"v2.0\","
                  "\"SriovNetSupport\":\"simple\",\"TpmSupport\":\"v2.0\","
                  "\"BlockDeviceMappings\":[{\"DeviceName\":\"/dev/sda1\","
                  "\"Ebs\":{\"VolumeType\":\"gp2\",\"VolumeSize\":\"12\"}}]}}");
    assert_string_equal(info->arch, "arm64");
    assert_string_equal(info->boot_mode, "uefi");
    assert_string_equal(info->tpm, "v2.0");
    assert_string_equal(info->imds, "v2.0");
    assert_string_equal(info->volume_type, "gp2");
    assert_string_equal(info->disks[0].device, "/dev/sda1");
    assert_int_equal(info->volume_gib, 12);
    assert_false(info->no_ena || info->no_sriov);
    image_info_free(info);
    info = read_well("{\"file\":\"nixos.raw\",\"registerImage\":{\"EnaSupport\":false,"
                     "\"SriovNetSupport\":null,\"TpmSupport\":null,\"ImdsSupport\":null}}");
    assert_true(info->no_ena && info->no_sriov);
    assert_null(info->tpm);
    assert_string_equal(info->imds, "off");
    image_info_free(info);
}

#define REGISTER(text) "{\"file\":\"nixos.raw\",\"registerImage\":{" text "}}"

static void refusals(void **state)
{
    (void)state;
    refuse("", "not the JSON");
    refuse("[1]", "not the JSON");
    refuse("{\"file\":\"nixos.raw\"", "not the JSON");
    refuse("{}", "file must be");
    refuse("{\"file\":5}", "file must be a string");
    refuse("{\"file\":\"absent.raw\"}", "not there");
    refuse("{\"file\":\"nixos.raw\",\"logical_bytes\":\"12x\"}", "logical_bytes must be a number");
    refuse("{\"file\":\"nixos.raw\",\"logical_bytes\":-1}", "logical_bytes must be a number");
    refuse("{\"file\":\"nixos.raw\",\"logical_bytes\":1.5}", "whole number");
    refuse("{\"file\":\"nixos.raw\",\"logical_bytes\":\"99999999999999999999999\"}", "a number");
    refuse("{\"file\":\"nixos.raw\",\"format\":\"iso\"}", "format must be");
    refuse("{\"disks\":{\"boot\":{\"file\":\"boot.img\"}}}", "boot and root");
    refuse("{\"disks\":{\"root\":{\"file\":\"nixos.raw\"},\"swap\":{}}}", "boot and root");
    refuse(REGISTER("\"Name\":\"sneaky\""), "Name must be left to tatami");
    refuse(REGISTER("\"TagSpecifications\":[]"), "TagSpecifications must be left");
    refuse(REGISTER("\"VirtualizationType\":\"paravirtual\""), "hvm");
    refuse(REGISTER("\"BlockDeviceMappings\":[]"), "one for each disk");
    refuse(REGISTER("\"BlockDeviceMappings\":[{\"DeviceName\":\"a\"},{\"DeviceName\":\"b\"}]"),
           "one for each disk");
    refuse(REGISTER("\"BlockDeviceMappings\":[{\"Ebs\":{}}]"), "DeviceName must be");
    refuse(REGISTER("\"BlockDeviceMappings\":[{\"DeviceName\":\"/dev/xvda\","
                    "\"Ebs\":{\"SnapshotId\":\"snap-1\"}}]"),
           "SnapshotId must be left");
    refuse(REGISTER("\"RootDeviceName\":\"/dev/xvda\",\"BlockDeviceMappings\":"
                    "[{\"DeviceName\":\"/dev/sda1\",\"Ebs\":{}}]"),
           "RootDeviceName must be");
    refuse(REGISTER("\"EnaSupport\":1"), "true or false");
}

static void finding(void **state)
{
    (void)state;
    char *json;
    result_folder();
    assert_false(image_info_find("result", &json));
    assert_null(json);
    assert_false(image_info_find("result/nixos.raw", &json));
    write_text("info.json", "{\"file\":\"result/nixos.raw\"}");
    assert_true(image_info_find("info.json", &json));
    struct err err = ERR_INIT;
    struct image_info *info = image_info_read(json, &err);
    assert_non_null(info);
    assert_string_equal(info->disks[0].path, "./result/nixos.raw");
    image_info_free(info);
    free(json);
    assert_false(image_info_find("absent.json", &json));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_enter, temp_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(as_nix_writes_it), IN_FOLDER(two_disks), IN_FOLDER(register_image),
        IN_FOLDER(refusals),         IN_FOLDER(finding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
