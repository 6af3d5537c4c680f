"""S3 as boto3 sees it."""

import base64
import hashlib
import http.client
import os
import subprocess
import urllib.parse
import zlib

import pytest
from botocore.exceptions import ClientError
from wire import s3_request, signed

MIB = 1024 * 1024


def code(error):
    return error.value.response["Error"]["Code"]


def status(error):
    return error.value.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def s3(sim):
    client = sim.client("s3")
    client.create_bucket(Bucket="images")
    return client


def upload(s3, parts, key="k", **options):
    """A multipart upload of these parts up to its completion; gives (id, parts list)."""
    uid = s3.create_multipart_upload(Bucket="images", Key=key, **options)["UploadId"]
    done = []
    for number, data in enumerate(parts, 1):
        extra = {}
        if "ChecksumAlgorithm" in options:
            extra["ChecksumAlgorithm"] = options["ChecksumAlgorithm"]
        answer = s3.upload_part(Bucket="images", Key=key, UploadId=uid, PartNumber=number,
                                Body=data, **extra)
        done.append({"PartNumber": number, "ETag": answer["ETag"],
                     **{k: v for k, v in answer.items() if k.startswith("Checksum")}})
    return uid, done


def complete(s3, uid, parts, key="k", **options):
    return s3.complete_multipart_upload(Bucket="images", Key=key, UploadId=uid,
                                        MultipartUpload={"Parts": parts}, **options)


def test_object_round_trip(sim, s3):
    data = os.urandom(300_000)
    put = s3.put_object(Bucket="images", Key="a b/ü+%.raw", Body=data, ContentType="text/x",
                        Metadata={"who": "me"}, Tagging="a=1&b=x%20y")
    assert put["ETag"] == f'"{hashlib.md5(data).hexdigest()}"'
    got = s3.get_object(Bucket="images", Key="a b/ü+%.raw")
    assert got["Body"].read() == data
    assert (got["ContentType"], got["Metadata"], got["TagCount"]) == ("text/x", {"who": "me"}, 2)
    assert got["LastModified"].timestamp() > 0
    part = s3.get_object(Bucket="images", Key="a b/ü+%.raw", Range="bytes=100-299")
    assert part["Body"].read() == data[100:300]
    assert part["ContentRange"] == "bytes 100-299/300000"
    tail = s3.get_object(Bucket="images", Key="a b/ü+%.raw", Range="bytes=-5")
    assert tail["Body"].read() == data[-5:]
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket="images", Key="a b/ü+%.raw", Range="bytes=300000-")
    assert code(error) == "InvalidRange" and status(error) == 416
    shown = sim.state()["buckets"][0]["objects"][0]
    assert shown["sha256"] == hashlib.sha256(data).hexdigest()
    assert shown["tags"] == {"a": "1", "b": "x y"}


def test_empty_object(s3):
    s3.put_object(Bucket="images", Key="empty", Body=b"")
    assert s3.get_object(Bucket="images", Key="empty")["Body"].read() == b""
    assert s3.head_object(Bucket="images", Key="empty")["ContentLength"] == 0


def test_what_is_not_there(s3):
    for call, arguments, expected in [
            (s3.get_object, {"Bucket": "images", "Key": "no"}, "NoSuchKey"),
            (s3.get_object, {"Bucket": "no-such", "Key": "no"}, "NoSuchBucket"),
            (s3.head_object, {"Bucket": "images", "Key": "no"}, "404"),
            (s3.list_parts, {"Bucket": "images", "Key": "no", "UploadId": "u"}, "NoSuchUpload"),
            (s3.put_object, {"Bucket": "no-such", "Key": "k", "Body": b"x" * MIB}, "NoSuchBucket"),
            (s3.get_bucket_lifecycle_configuration, {"Bucket": "images"},
             "NoSuchLifecycleConfiguration")]:
        with pytest.raises(ClientError) as error:
            call(**arguments)
        assert code(error) == expected
    assert s3.delete_object(Bucket="images", Key="no")["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_errors_name_their_request(s3):
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket="images", Key="no")
    meta = error.value.response["ResponseMetadata"]
    assert meta["RequestId"] and meta["HostId"]
    assert meta["HTTPHeaders"]["x-amz-request-id"] == meta["RequestId"]


def test_multipart_is_the_sum_of_its_parts(sim, s3):
    parts = [os.urandom(5 * MIB), os.urandom(6 * MIB + 17), b"tail"]
    uid, done = upload(s3, parts, Tagging="Name=x", Metadata={"m": "1"})
    listed = s3.list_parts(Bucket="images", Key="k", UploadId=uid, MaxParts=2)
    assert [p["Size"] for p in listed["Parts"]] == [5 * MIB, 6 * MIB + 17]
    assert listed["IsTruncated"] and listed["NextPartNumberMarker"] == 2
    rest = s3.list_parts(Bucket="images", Key="k", UploadId=uid, PartNumberMarker=2)
    assert [p["PartNumber"] for p in rest["Parts"]] == [3] and not rest["IsTruncated"]
    result = complete(s3, uid, done)
    md5s = b"".join(hashlib.md5(p).digest() for p in parts)
    assert result["ETag"] == f'"{hashlib.md5(md5s).hexdigest()}-3"'
    whole = b"".join(parts)
    assert s3.get_object(Bucket="images", Key="k")["Body"].read() == whole
    assert s3.get_object_tagging(Bucket="images", Key="k")["TagSet"] == [
        {"Key": "Name", "Value": "x"}]
    blocks = sim.blocks(object="images/k")
    assert blocks["sha256"] == hashlib.sha256(whole).hexdigest()
    padded = whole + bytes(-len(whole) % (512 * 1024))
    assert blocks["blocks"] == [
        [i, hashlib.sha256(padded[i * 524288:(i + 1) * 524288]).hexdigest()]
        for i in range(len(padded) // 524288)]


def test_completing_twice_succeeds_and_aborting_does_not_undo(s3):
    uid, done = upload(s3, [b"only"])
    first = complete(s3, uid, done)
    assert complete(s3, uid, done)["ETag"] == first["ETag"]
    with pytest.raises(ClientError) as error:
        s3.abort_multipart_upload(Bucket="images", Key="k", UploadId=uid)
    assert code(error) == "NoSuchUpload"
    s3.delete_object(Bucket="images", Key="k")
    with pytest.raises(ClientError) as error:
        complete(s3, uid, done)
    assert code(error) == "NoSuchUpload"


def test_holes_are_not_kept(sim, s3):
    data = bytes(2 * MIB) + b"x" + bytes(3 * MIB)
    s3.put_object(Bucket="images", Key="sparse", Body=data)
    assert [b[0] for b in sim.blocks(object="images/sparse")["blocks"]] == [4]
    assert s3.get_object(Bucket="images", Key="sparse")["Body"].read() == data


@pytest.mark.parametrize("change, expected", [
    (lambda parts: parts[::-1], "InvalidPartOrder"),
    (lambda parts: parts + [{"PartNumber": 9, "ETag": "x"}], "InvalidPart"),
    (lambda parts: [{**parts[0], "ETag": '"00"'}], "InvalidPart"),
])
def test_wrong_lists_of_parts(s3, change, expected):
    uid, done = upload(s3, [os.urandom(5 * MIB), b"end"])
    with pytest.raises(ClientError) as error:
        complete(s3, uid, change(done))
    assert code(error) == expected and status(error) == 400


def test_small_parts_are_refused_at_the_end(s3):
    uid, done = upload(s3, [b"small", b"end"])
    with pytest.raises(ClientError) as error:
        complete(s3, uid, done)
    assert code(error) == "EntityTooSmall"


def test_part_numbers(s3):
    uid, _ = upload(s3, [])
    for number in (0, 10001):
        with pytest.raises(ClientError) as error:
            s3.upload_part(Bucket="images", Key="k", UploadId=uid, PartNumber=number, Body=b"x")
        assert code(error) == "InvalidArgument"


def test_a_part_sent_again_replaces_the_first(s3):
    uid, _ = upload(s3, [b"first"])
    etag = s3.upload_part(Bucket="images", Key="k", UploadId=uid, PartNumber=1,
                          Body=b"second")["ETag"]
    complete(s3, uid, [{"PartNumber": 1, "ETag": etag}])
    assert s3.get_object(Bucket="images", Key="k")["Body"].read() == b"second"


def test_abort_forgets_the_parts(sim, s3):
    uid, _ = upload(s3, [b"x"])
    s3.abort_multipart_upload(Bucket="images", Key="k", UploadId=uid)
    assert sim.state()["buckets"][0]["uploads"] == []
    with pytest.raises(ClientError) as error:
        s3.list_parts(Bucket="images", Key="k", UploadId=uid)
    assert code(error) == "NoSuchUpload"


def test_uploads_are_listed_in_pages(s3):
    ids = [upload(s3, [], key=key)[0] for key in ("a", "b", "b", "c")]
    pages = s3.get_paginator("list_multipart_uploads").paginate(
        Bucket="images", PaginationConfig={"PageSize": 1})
    assert [u["UploadId"] for page in pages for u in page.get("Uploads", [])] == ids
    only = s3.list_multipart_uploads(Bucket="images", Prefix="b")["Uploads"]
    assert [u["Key"] for u in only] == ["b", "b"]


@pytest.mark.parametrize("algorithm, digest", [
    ("CRC32", lambda data: zlib.crc32(data).to_bytes(4, "big")),
    ("SHA1", lambda data: hashlib.sha1(data).digest()),
    ("SHA256", lambda data: hashlib.sha256(data).digest()),
])
def test_composite_checksums(s3, algorithm, digest):
    parts = [os.urandom(5 * MIB), b"tail"]
    uid, done = upload(s3, parts, ChecksumAlgorithm=algorithm)
    name = "Checksum" + algorithm
    assert [p[name] for p in done] == [base64.b64encode(digest(p)).decode() for p in parts]
    joined = b"".join(digest(p) for p in parts)
    expected = base64.b64encode(digest(joined)).decode() + "-2"
    result = complete(s3, uid, done)
    assert result[name] == expected
    assert s3.head_object(Bucket="images", Key="k", ChecksumMode="ENABLED")[name] == expected


def test_composite_upload_needs_the_checksums(s3):
    uid, done = upload(s3, [b"x"], ChecksumAlgorithm="SHA256")
    with pytest.raises(ClientError) as error:
        complete(s3, uid, [{"PartNumber": 1, "ETag": done[0]["ETag"]}])
    assert code(error) == "InvalidRequest"
    with pytest.raises(ClientError) as error:
        complete(s3, uid, [{**done[0], "ChecksumSHA256": base64.b64encode(bytes(32)).decode()}])
    assert code(error) == "InvalidPart"
    with pytest.raises(ClientError) as error:
        s3.upload_part(Bucket="images", Key="k", UploadId=uid, PartNumber=2, Body=b"x")
    assert code(error) == "InvalidRequest"


@pytest.mark.parametrize("algorithm, data, value", [
    ("crc32c", b"hello", "mnG7TA=="),
    ("crc64nvme", b"123456789", base64.b64encode(bytes.fromhex("ae8b14860a799888")).decode()),
])
def test_checksums_with_known_values(sim, s3, algorithm, data, value):
    header = "x-amz-checksum-" + algorithm
    url = sim.url + "/images/k"
    assert s3_request(url, "PUT", {header: value}, data)[0] == 200
    assert s3_request(url, "PUT", {header: value}, data + b"!")[0] == 400
    answer = s3_request(url, "HEAD", {"x-amz-checksum-mode": "ENABLED"})
    assert (answer[1][header], answer[1]["x-amz-checksum-type"]) == (value, "FULL_OBJECT")


def crc64nvme(data):
    table = list(range(256))
    for _ in range(8):
        table = [(crc >> 1) ^ (0x9A6C9329AC4BC9B5 if crc & 1 else 0) for crc in table]
    crc = 0xFFFFFFFFFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return (crc ^ 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")


@pytest.mark.parametrize("algorithm, checksum", [
    ("CRC32", lambda parts: zlib.crc32(b"".join(parts)).to_bytes(4, "big")),
    ("CRC64NVME", lambda parts: crc64nvme(b"".join(parts))),
])
def test_full_object_checksums(sim, s3, algorithm, checksum):
    """CRCs of parts are combined to the one of the whole."""
    parts = [os.urandom(5 * MIB), b"tail"]
    url = sim.url + "/images/k"
    _, headers, body = s3_request(url + "?uploads=", "POST", {
        "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": "FULL_OBJECT"})
    assert headers["x-amz-checksum-type"] == "FULL_OBJECT"
    uid = body.split(b"<UploadId>")[1].split(b"<")[0].decode()
    listed = ""
    for number, data in enumerate(parts, 1):
        answer = s3_request(f"{url}?partNumber={number}&uploadId={uid}", "PUT", body=data)
        listed += f"<Part><PartNumber>{number}</PartNumber><ETag>{answer[1]['ETag']}</ETag></Part>"
    listed = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    header = "x-amz-checksum-" + algorithm.lower()
    expected = base64.b64encode(checksum(parts)).decode()
    wrong = base64.b64encode(bytes(len(checksum(parts)))).decode()
    answer = s3_request(f"{url}?uploadId={uid}", "POST", {header: wrong}, listed)
    assert answer[0] == 400 and b"BadDigest" in answer[2]
    answer = s3_request(f"{url}?uploadId={uid}", "POST", {header: expected}, listed)
    assert answer[0] == 200 and f">{expected}</Checksum{algorithm}>".encode() in answer[2]
    for name, kind in (("sha256", "FULL_OBJECT"), ("crc64nvme", "COMPOSITE")):
        assert s3_request(url + "?uploads=", "POST", {
            "x-amz-checksum-algorithm": name, "x-amz-checksum-type": kind})[0] == 400


def test_wrong_digests_are_refused(sim, s3):
    for wrong, expected in [
            ({"ContentMD5": base64.b64encode(bytes(16)).decode()}, "BadDigest"),
            ({"ContentMD5": "short"}, "InvalidDigest"),
            ({"ChecksumSHA256": base64.b64encode(bytes(32)).decode()}, "BadDigest"),
            ({"ChecksumCRC32": base64.b64encode(bytes(4)).decode()}, "BadDigest"),
            ({"ChecksumCRC32": "AAAA"}, "InvalidRequest")]:
        with pytest.raises(ClientError) as error:
            s3.put_object(Bucket="images", Key="k", Body=b"data", **wrong)
        assert code(error) == expected, wrong
    assert sim.state()["buckets"][0]["objects"] == []


def test_conditional_writes(s3):
    def put(**headers):
        def add(request, **_):
            for name, value in headers.items():
                request.headers[name.replace("_", "-")] = value
        s3.meta.events.register("before-sign.s3.PutObject", add, unique_id="c")
        try:
            return s3.put_object(Bucket="images", Key="k", Body=b"x")
        finally:
            s3.meta.events.unregister("before-sign.s3.PutObject", unique_id="c")

    with pytest.raises(ClientError) as error:
        put(If_Match='"00"')
    assert code(error) == "NoSuchKey"
    etag = put(If_None_Match="*")["ETag"]
    for condition in ({"If_None_Match": "*"}, {"If_Match": '"00"'}):
        with pytest.raises(ClientError) as error:
            put(**condition)
        assert code(error) == "PreconditionFailed" and status(error) == 412
    assert put(If_Match=etag)["ETag"] == etag


def test_listing_objects(s3):
    keys = [f"d{d}/{n}" for d in range(3) for n in range(4)] + ["top&<>", "ü"]
    for key in keys:
        s3.put_object(Bucket="images", Key=key, Body=b"x")
    for operation in ("list_objects_v2", "list_objects"):
        pages = list(s3.get_paginator(operation).paginate(
            Bucket="images", PaginationConfig={"PageSize": 5}))
        assert [o["Key"] for page in pages for o in page.get("Contents", [])] == sorted(keys)
        pages = list(s3.get_paginator(operation).paginate(
            Bucket="images", Delimiter="/", PaginationConfig={"PageSize": 2}))
        assert [p["Prefix"] for page in pages for p in page.get("CommonPrefixes", [])] == [
            "d0/", "d1/", "d2/"]
        assert [o["Key"] for page in pages for o in page.get("Contents", [])] == ["top&<>", "ü"]
    inner = s3.list_objects_v2(Bucket="images", Prefix="d1/", StartAfter="d1/1")
    assert [o["Key"] for o in inner["Contents"]] == ["d1/2", "d1/3"]
    gone = s3.delete_objects(Bucket="images",
                             Delete={"Objects": [{"Key": k} for k in keys if k[0] == "d"]})
    assert len(gone["Deleted"]) == 12
    assert s3.list_objects_v2(Bucket="images")["KeyCount"] == 2


def test_a_body_of_unknown_length_is_refused(sim, s3):
    url = urllib.parse.urlsplit(sim.url + "/images/k")
    connection = http.client.HTTPConnection(url.netloc)
    headers = signed(url.geturl(), "s3", "PUT", b"data")
    connection.request("PUT", url.path, body=iter([b"data"]), headers=headers)
    answer = connection.getresponse()
    assert answer.status == 411 and b"MissingContentLength" in answer.read()
    connection.close()


def test_tags(s3):
    s3.put_object(Bucket="images", Key="k", Body=b"x")
    tags = [{"Key": "ManagedBy", "Value": "tatami"}, {"Key": "e", "Value": ""}]
    s3.put_object_tagging(Bucket="images", Key="k", Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket="images", Key="k")["TagSet"] == tags
    s3.delete_object_tagging(Bucket="images", Key="k")
    assert s3.get_object_tagging(Bucket="images", Key="k")["TagSet"] == []
    with pytest.raises(ClientError) as error:
        s3.put_object_tagging(Bucket="images", Key="k", Tagging={
            "TagSet": [{"Key": str(i), "Value": "v"} for i in range(11)]})
    assert code(error) == "BadRequest"


def test_buckets(sim, s3):
    far = sim.client("s3", "eu-west-1")
    far.create_bucket(Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert s3.get_bucket_location(Bucket="images")["LocationConstraint"] is None
    assert far.get_bucket_location(Bucket="far")["LocationConstraint"] == "eu-west-1"
    assert [b["Name"] for b in s3.list_buckets()["Buckets"]] == ["far", "images"]
    head = far.head_bucket(Bucket="far")["ResponseMetadata"]["HTTPHeaders"]
    assert head["x-amz-bucket-region"] == "eu-west-1"
    for arguments, expected in [
            ({"Bucket": "far", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}},
             "BucketAlreadyOwnedByYou"),
            ({"Bucket": "new-one"}, "IllegalLocationConstraintException"),
            ({"Bucket": "new-one", "CreateBucketConfiguration": {
                "LocationConstraint": "us-west-2"}}, "IllegalLocationConstraintException")]:
        with pytest.raises(ClientError) as error:
            far.create_bucket(**arguments)
        assert code(error) == expected
    far.put_object(Bucket="far", Key="k", Body=b"x")
    with pytest.raises(ClientError) as error:
        far.delete_bucket(Bucket="far")
    assert code(error) == "BucketNotEmpty"
    far.delete_object(Bucket="far", Key="k")
    far.delete_bucket(Bucket="far")
    assert [b["name"] for b in sim.state()["buckets"]] == ["images"]


def test_bucket_configuration(s3):
    assert s3.get_public_access_block(Bucket="images")["PublicAccessBlockConfiguration"][
        "BlockPublicAcls"]
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": {
        "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"}}]}
    s3.put_bucket_encryption(Bucket="images", ServerSideEncryptionConfiguration=rules)
    got = s3.get_bucket_encryption(Bucket="images")["ServerSideEncryptionConfiguration"]
    assert got == rules
    s3.put_public_access_block(Bucket="images", PublicAccessBlockConfiguration={
        "BlockPublicAcls": False})
    assert s3.get_public_access_block(Bucket="images")["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": False}
    s3.put_bucket_lifecycle_configuration(Bucket="images", LifecycleConfiguration={"Rules": [
        {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 7}}]})
    assert s3.get_bucket_lifecycle_configuration(Bucket="images")["Rules"][0]["ID"] == "old"


def test_wrong_region(sim):
    for region in ("eu-west-1", "me-south-1"):
        sim.client("s3", region).create_bucket(
            Bucket=f"in-{region}", CreateBucketConfiguration={"LocationConstraint": region})
    answer, headers, body = s3_request(sim.url + "/in-eu-west-1?list-type=2")
    assert (answer, headers["x-amz-bucket-region"]) == (301, "eu-west-1")
    assert headers["Location"] is None
    assert b"<Code>PermanentRedirect</Code>" in body
    assert b"<Endpoint>in-eu-west-1.s3.eu-west-1.amazonaws.com</Endpoint>" in body
    answer, headers, body = s3_request(sim.url + "/in-eu-west-1", "HEAD")
    assert (answer, headers["x-amz-bucket-region"], body) == (301, "eu-west-1", b"")
    answer, headers, body = s3_request(sim.url + "/in-me-south-1?list-type=2")
    assert (answer, headers["x-amz-bucket-region"]) == (400, "me-south-1")
    assert sim.client("s3").get_bucket_location(Bucket="in-eu-west-1")[
        "LocationConstraint"] == "eu-west-1"


def test_discard_keeps_lengths_only(start_sim):
    sim = start_sim("--discard")
    s3 = sim.client("s3")
    s3.create_bucket(Bucket="images")
    uid, done = upload(s3, [os.urandom(5 * MIB), b"tail"])
    complete(s3, uid, done)
    assert s3.head_object(Bucket="images", Key="k")["ContentLength"] == 5 * MIB + 4
    shown = sim.blocks(object="images/k")
    assert shown == {"size": 5 * MIB + 4, "known": False, "blocks": []}


def test_aws_cli(sim, s3, tmp_path):
    data = os.urandom(17 * MIB)
    (tmp_path / "disk.raw").write_bytes(data)
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "AWS_ACCESS_KEY_ID": "AKIATATAMISIM",
           "AWS_SECRET_ACCESS_KEY": "simulated-secret", "AWS_DEFAULT_REGION": "us-east-1"}
    for arguments in (["cp", str(tmp_path / "disk.raw"), "s3://images/disk.raw"],
                      ["cp", "s3://images/disk.raw", str(tmp_path / "back.raw")]):
        subprocess.run(["/usr/bin/aws", "--endpoint-url", sim.url, "s3", *arguments], env=env,
                       check=True, capture_output=True)
    assert (tmp_path / "back.raw").read_bytes() == data
