/* The partitions of AWS, looked up. */
#include "aws/partition.h"

#include <string.h>

const struct partition *partition_of(const char *region)
{
    size_t i = 0;

    while (i + 1 < partition_count &&
           strncmp(region, partitions[i].prefix, strlen(partitions[i].prefix)) != 0)
        i++;
    return &partitions[i];
}

const struct partition *partition_of_arn(const char *arn)
{
    const struct partition *found = &partitions[partition_count - 1];

    if (arn == NULL || strncmp(arn, "arn:", 4) != 0)
        return found;
    size_t length = strcspn(arn + 4, ":");
    for (size_t i = 0; i < partition_count; i++)
        if (strlen(partitions[i].name) == length &&
            strncmp(partitions[i].name, arn + 4, length) == 0)
            found = &partitions[i];
    return found;
}

const char *partition_region(size_t index)
{
    for (size_t p = 0; p < partition_count; p++)
        for (const char *const *region = partitions[p].regions; *region != NULL; region++)
            if (index-- == 0)
                return *region;
    return NULL;
}
