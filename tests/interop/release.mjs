// A whole release and its cleanup with the AWS SDK for JavaScript, against the address that the first argument names.
// Each step prints a line of JSON: its name, and what the SDK read.
import { createHash } from "node:crypto";
import { EBS } from "@aws-sdk/client-ebs";
import * as ec2Client from "@aws-sdk/client-ec2";
import { Rbin } from "@aws-sdk/client-rbin";
import * as s3Client from "@aws-sdk/client-s3";
import { ServiceQuotas } from "@aws-sdk/client-service-quotas";
import { SSM } from "@aws-sdk/client-ssm";
import { STS } from "@aws-sdk/client-sts";

const HOME = "us-east-1", AWAY = "eu-west-1", BUCKET = "javascript", DISK = "disk.raw";
const common = {
  endpoint: process.argv[2], region: HOME, maxAttempts: 8,
  credentials: { accessKeyId: "AKIATATAMISIM", secretAccessKey: "simulated-secret" },
};
const { EC2 } = ec2Client, { S3 } = s3Client;
const ec2 = new EC2(common), away = new EC2({ ...common, region: AWAY });
const s3 = new S3({ ...common, forcePathStyle: true });
const soon = (client) => ({ client, maxWaitTime: 60, minDelay: 0.2, maxDelay: 0.5 });

function say(step, told) {
  console.log(JSON.stringify({ step, told }));
}

async function pages(paginate, client, input, pageSize) {
  const all = [];
  for await (const page of paginate({ client, pageSize }, input)) all.push(page);
  return all;
}

// Until what is new is known everywhere; what is ready may be missed once, as at AWS.
async function until(look) {
  for (let tries = 0; tries < 300; tries++) {
    try {
      const told = await look();
      if (told) return told;
    } catch (error) {
      if (!/NotFound|InvalidConversionTaskId|IncorrectState|InUse/.test(`${error.name} ${error.message}`)) throw error;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`it never came: ${look}`);
}

async function signIn() {
  say("identity", await new STS(common).getCallerIdentity({}));
  say("quota", (await new ServiceQuotas(common).getServiceQuota({ ServiceCode: "ebs", QuotaCode: "L-AFAE1BE8" })).Quota);
  say("regions", (await ec2.describeRegions({ AllRegions: true })).Regions.length);
}

async function upload() {
  await s3.createBucket({ Bucket: BUCKET });
  await s3Client.waitUntilBucketExists(soon(s3), { Bucket: BUCKET });
  const body = Buffer.concat([Buffer.alloc(5 << 20, 7), Buffer.alloc(1 << 20, 9)]);
  const { UploadId } = await s3.createMultipartUpload({ Bucket: BUCKET, Key: DISK, ChecksumAlgorithm: "CRC32C" });
  const upload = { Bucket: BUCKET, Key: DISK, UploadId };
  for (const [at, part] of [body.subarray(0, 5 << 20), body.subarray(5 << 20)].entries())
    await s3.uploadPart({ ...upload, PartNumber: at + 1, Body: part, ChecksumAlgorithm: "CRC32C" });
  const listed = [];  // the SDK's own paginator never ends here, at AWS either: only IsTruncated says so
  for (let page = { IsTruncated: true }; page.IsTruncated;) {
    page = await s3.listParts({ ...upload, MaxParts: 1, PartNumberMarker: page.NextPartNumberMarker });
    listed.push(...page.Parts ?? []);
  }
  const Parts = listed
    .map(({ PartNumber, ETag, ChecksumCRC32C }) => ({ PartNumber, ETag, ChecksumCRC32C }));
  say("parts", Parts.length);
  await s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts } });
  await s3Client.waitUntilObjectExists(soon(s3), { Bucket: BUCKET, Key: DISK });
  const got = await s3.getObject({ Bucket: BUCKET, Key: DISK });
  say("object", createHash("sha256").update(await got.Body.transformToByteArray()).digest("hex"));
  say("keys", (await pages(s3Client.paginateListObjectsV2, s3, { Bucket: BUCKET }, 1))
    .flatMap((page) => page.Contents ?? []).map((row) => row.Key));
  return createHash("sha256").update(body).digest("hex");
}

async function importDisk() {
  const { ImportTaskId } = await ec2.importSnapshot({
    DiskContainer: { Format: "RAW", UserBucket: { S3Bucket: BUCKET, S3Key: DISK } }, ClientToken: "javascript" });
  await until(async () => (await ec2.describeImportSnapshotTasks({ ImportTaskIds: [ImportTaskId] })).ImportSnapshotTasks[0]);
  await until(() => ec2Client.waitUntilSnapshotImported(soon(ec2), { ImportTaskIds: [ImportTaskId] }));
  const tasks = await pages(ec2Client.paginateDescribeImportSnapshotTasks, ec2, {}, 1);
  const detail = tasks.flatMap((page) => page.ImportSnapshotTasks)[0].SnapshotTaskDetail;
  say("import", detail);
  await until(async () => (await ec2.describeSnapshots({ SnapshotIds: [detail.SnapshotId] })).Snapshots[0]);
  await until(() => ec2Client.waitUntilSnapshotCompleted(soon(ec2), { SnapshotIds: [detail.SnapshotId] }));
  return detail.SnapshotId;
}

async function register(SnapshotId) {
  const { ImageId } = await ec2.registerImage({
    Name: "javascript", Architecture: "arm64", RootDeviceName: "/dev/xvda", VirtualizationType: "hvm",
    EnaSupport: true, BootMode: "uefi", ImdsSupport: "v2.0",
    BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId, VolumeType: "gp3" } }],
    TagSpecifications: [{ ResourceType: "image", Tags: [{ Key: "Name", Value: "javascript" }] }] });
  await until(() => ec2Client.waitUntilImageExists(soon(ec2), { ImageIds: [ImageId] }));
  await until(() => ec2Client.waitUntilImageAvailable(soon(ec2), { ImageIds: [ImageId] }));
  const copy = await away.copyImage({ Name: "javascript", SourceRegion: HOME, SourceImageId: ImageId, ClientToken: "j" });
  await until(() => ec2Client.waitUntilImageExists(soon(away), { ImageIds: [copy.ImageId] }));
  await until(() => ec2Client.waitUntilImageAvailable(soon(away), { ImageIds: [copy.ImageId] }));
  for (const client of [ec2, away])
    say("image", (await pages(ec2Client.paginateDescribeImages, client, { Owners: ["self"] }, 1))
      .flatMap((page) => page.Images ?? [])[0]);
  return ImageId;
}

async function publish(ImageId, SnapshotId) {
  say("blocked", (await ec2.enableImageBlockPublicAccess({
    ImageBlockPublicAccessState: "block-new-sharing" })).ImageBlockPublicAccessState);
  say("unblocked", (await ec2.disableImageBlockPublicAccess({})).ImageBlockPublicAccessState);
  say("snapshots blocked", (await ec2.enableSnapshotBlockPublicAccess({ State: "block-all-sharing" })).State);
  say("snapshots unblocked", (await ec2.disableSnapshotBlockPublicAccess({})).State);
  await until(async () => (await ec2.getImageBlockPublicAccessState({})).ImageBlockPublicAccessState === "unblocked");
  await until(async () => (await ec2.getSnapshotBlockPublicAccessState({})).State === "unblocked");
  await ec2.modifyImageAttribute({ ImageId, LaunchPermission: { Add: [{ Group: "all" }] } });
  await until(async () => (await ec2.describeImages({ ImageIds: [ImageId] })).Images[0].Public);
  say("permissions", (await ec2.describeImageAttribute({ ImageId, Attribute: "launchPermission" })).LaunchPermissions);
  await ec2.modifySnapshotAttribute({ SnapshotId, OperationType: "add", GroupNames: ["all"],
    Attribute: "createVolumePermission" });
  await ec2.enableImageDeprecation({ ImageId, DeprecateAt: new Date(Math.ceil(Date.now() / 1000 + 300 * 86400) * 1000) });
  await until(async () => (await ec2.describeImages({ ImageIds: [ImageId] })).Images[0].DeprecationTime);
  say("protection", (await ec2.enableImageDeregistrationProtection({ ImageId })).Return);
  say("no protection", (await ec2.disableImageDeregistrationProtection({ ImageId })).Return);
}

async function use(ImageId) {
  const launched = await ec2.runInstances({ ImageId, MinCount: 1, MaxCount: 1, InstanceType: "t4g.micro" });
  const InstanceIds = [launched.Instances[0].InstanceId];
  await ec2.createLaunchTemplate({ LaunchTemplateName: "web", LaunchTemplateData: { ImageId } });
  say("references", await until(async () => {
    const rows = (await pages(ec2Client.paginateDescribeImageReferences, ec2,
      { ImageIds: [ImageId], IncludeAllResourceTypes: true })).flatMap((page) => page.ImageReferences ?? []);
    return rows.length === 2 && rows.map((row) => row.ResourceType).sort();
  }));
  const { ReportId } = await ec2.createImageUsageReport({ ImageId, ResourceTypes: [
    { ResourceType: "ec2:Instance" },
    { ResourceType: "ec2:LaunchTemplate", ResourceTypeOptions: [{ OptionName: "version-depth", OptionValues: ["1"] }] }] });
  say("report", await until(async () => {
    const [row] = (await ec2.describeImageUsageReports({ ReportIds: [ReportId] })).ImageUsageReports;
    return row?.State === "available" && row;
  }));
  say("entries", (await pages(ec2Client.paginateDescribeImageUsageReportEntries, ec2, { ReportIds: [ReportId] }))
    .flatMap((page) => page.ImageUsageReportEntries ?? []));
  await ec2.deleteImageUsageReport({ ReportId });
  await ec2.deleteLaunchTemplate({ LaunchTemplateName: "web" });
  await ec2.terminateInstances({ InstanceIds });
  await until(() => ec2Client.waitUntilInstanceTerminated(soon(ec2), { InstanceIds }));
}

async function writeBlocks() {
  const ebs = new EBS(common), block = Buffer.alloc(512 << 10, 3);
  const { SnapshotId } = await ebs.startSnapshot({ VolumeSize: 1 });
  await until(() => ebs.putSnapshotBlock({ SnapshotId, BlockIndex: 0, BlockData: block, DataLength: block.length,
    Checksum: createHash("sha256").update(block).digest("base64"), ChecksumAlgorithm: "SHA256" }));
  await ebs.completeSnapshot({ SnapshotId, ChangedBlocksCount: 1 });
  await until(async () => (await ec2.describeSnapshots({ SnapshotIds: [SnapshotId] })).Snapshots[0].State === "completed");
  const { Blocks } = await ebs.listSnapshotBlocks({ SnapshotId });
  const got = await ebs.getSnapshotBlock({ SnapshotId, BlockIndex: 0, BlockToken: Blocks[0].BlockToken });
  say("block", Buffer.from(await got.BlockData.transformToByteArray()).equals(block));
}

async function parameters(Value) {
  const ssm = new SSM(common), Name = "/javascript/latest";
  await ssm.putParameter({ Name, Value, Type: "String", DataType: "aws:ec2:image" });
  say("parameter", await until(async () => (await ssm.getParameters({ Names: [Name] })).Parameters[0]));
  await ssm.deleteParameter({ Name });
}

async function cleanUp(ImageId, SnapshotId) {
  const rbin = new Rbin(common);
  for (const ResourceType of ["EC2_IMAGE", "EBS_SNAPSHOT"]) {
    const { Identifier } = await rbin.createRule({
      ResourceType, RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: "DAYS" } });
    await until(async () => (await rbin.getRule({ Identifier })).Status === "available");
    await until(async () => (await rbin.listRules({ ResourceType })).Rules.length === 1);
  }
  await ec2.deregisterImage({ ImageId });
  await until(() => ec2.deleteSnapshot({ SnapshotId }));
  say("binned", await until(async () => {
    const rows = (await pages(ec2Client.paginateListImagesInRecycleBin, ec2, {})).flatMap((page) => page.Images ?? []);
    return rows.length && rows;
  }));
  await ec2.restoreSnapshotFromRecycleBin({ SnapshotId });
  say("restored", await until(() => ec2.restoreImageFromRecycleBin({ ImageId })));
}

async function errors() {
  for (const [step, call] of [
    ["no image", () => ec2.describeImages({ ImageIds: ["ami-0123456789abcdef0"] })],
    ["no bucket", () => s3.listObjectsV2({ Bucket: "nobody-has-this" })],
    ["no rule", () => new Rbin({ ...common, maxAttempts: 1 }).getRule({ Identifier: "nobodyknows" })],
    ["no parameter", () => new SSM(common).getParameter({ Name: "/nobody" })],
    ["no snapshot", () => new EBS(common).listSnapshotBlocks({ SnapshotId: "snap-0123456789abcdef0" })],
  ])
    say(step, await call().then(() => "none", (error) => [error.name, error.$metadata.httpStatusCode]));
}

await signIn();
say("sha256", await upload());
const snapshot = await importDisk();
const image = await register(snapshot);
await publish(image, snapshot);
await use(image);
await writeBlocks();
await parameters(image);
await cleanUp(image, snapshot);
await errors();
