/* AWS's default quotas. Where no code is known the row has a word of our own as its code. */
#include "aws/sim/quota.h"
#include "aws/sim/mem.h"
#include <string.h>

const struct quota quotas[] = {
    {"ec2", "L-0E3CBAB9", "Public AMIs", 5, true},
    {"ec2", "L-B665C33B", "AMIs", 50000, true},
    {"ec2", "L-70015FFA", "AMI sharing", 1000, true},
    {"ec2", "L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5,
     true},
    {"ec2", "L-34B43A08", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", 5,
     true},
    {"ec2", "ami-copies", "Concurrent AMI copies per destination Region", 100, true},
    {"ebs", "snapshot-copies", "Concurrent snapshot copies per destination Region", 20, true},
    {"ebs", "L-309BACF6", "Snapshots per Region", 100000, true},
    {"ebs", "L-94D7AB7D", "Pending snapshots per account", 100, true},
    {"ebs", "L-AFAE1BE8", "PutSnapshotBlock requests per account", 1000, true},
    {"ebs", "L-C125AE42", "GetSnapshotBlock requests per account", 1000, true},
    {"ebs", "L-1774F84A", "PutSnapshotBlock requests per snapshot", 1000, false},
    {"ebs", "L-028ACFB9", "GetSnapshotBlock requests per snapshot", 1000, false},
    {"ebs", "L-18E976AB", "ListSnapshotBlocks requests per account", 50, false},
    {"ebs", "L-DB2FBAA1", "ListChangedBlocks requests per account", 50, false},
    {"ebs", "L-AFEBDF7A", "StartSnapshot requests per account", 10, false},
    {"ebs", "L-1D4D9345", "CompleteSnapshot requests per account", 10, false},
    {"ebs", "L-E137849C", "Cumulative snapshot copy throughput, MiB/s", 2000, true},
};

const size_t quota_count = ARRAY_LEN(quotas);

const struct quota *quota_find(const char *code)
{
    for (size_t i = 0; i < quota_count; i++)
        if (strcmp(quotas[i].code, code) == 0)
            return &quotas[i];
    return NULL;
}
