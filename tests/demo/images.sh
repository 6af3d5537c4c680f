#!/bin/bash
# Makes the demo's two disk images, x86_64 raw and aarch64 VHD, as a NixOS build hands them over.
# Needs no root. usage: images.sh FOLDER
#
# FOLDER/x86_64 and FOLDER/aarch64 then each hold a disk image and nix-support/image-info.json; what
# is there already stays. The disks are real: GPT, an EFI system partition with a loader that returns
# to the firmware at once, and an ext4 root with this machine's own world-readable files.
set -eu
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
export SOURCE_DATE_EPOCH=1763856000 E2FSPROGS_FAKE_TIME=1763856000
umask 022

LABEL=25.11.1234.demo
SECTOR=512
DISK_SECTORS=2097152 # 1 GiB
ESP_START=2048 ESP_SECTORS=131072
ROOT_START=133120 ROOT_SECTORS=1961984
ROOT_BYTES_MAX=62914560 # of files
FILE_BYTES_MAX=2097152

die() {
    echo "images.sh: $1" >&2
    exit 1
}

# A row a tool: its name and the Debian package that has it.
check_tools() {
    local missing=""
    while read -r tool package; do
        command -v "$tool" >/dev/null || missing="$missing $package"
    done <<'ROWS'
sfdisk fdisk
mke2fs e2fsprogs
mformat mtools
mcopy mtools
qemu-img qemu-utils
tar tar
ROWS
    [ -z "$missing" ] || die "missing; install with: apt-get install$(printf '%s\n' $missing | sort -u | sed 's/^/ /' | tr -d '\n')"
}

# little BYTES VALUE: a little-endian number on standard output.
little() {
    local i value=$2
    for ((i = 0; i < $1; i++)); do
        printf "\\x$(printf %02x $((value & 255)))"
        value=$((value >> 8))
    done
}

# zeros COUNT
zeros() {
    head -c "$1" /dev/zero
}

# An EFI application (PE32+, one section) of a machine type whose entry point returns EFI_SUCCESS.
# loader MACHINE CODE: CODE in printf's escapes.
loader_head() {
    printf 'MZ'
    zeros 58
    little 4 64 # where the PE header stands
    printf 'PE\0\0'
    little 2 "$1"
    little 2 1 # sections
    zeros 12
    little 2 240 # optional header
    little 2 34  # executable, large addresses
    little 2 523 # PE32+
    zeros 2
    little 4 512 # code
    zeros 8
    little 4 4096 # entry point
    little 4 4096 # base of code
    zeros 8
    little 4 4096 # alignment in memory
    little 4 512  # alignment in the file
    zeros 16
    little 4 8192 # image in memory
    little 4 512  # headers
    zeros 4
    little 2 10 # an EFI application
    zeros 38
    little 4 16 # data directories
    zeros 128
    printf '.text\0\0\0'
    little 4 512
    little 4 4096
    little 4 512
    little 4 512
    zeros 12
    little 4 1610612768 # code, executable, readable
}

loader() {
    loader_head "$1" >"$3"
    truncate -s 512 "$3"
    printf "$2" >>"$3"
    truncate -s 1024 "$3"
}

# Copies world-readable files of this machine until they are enough. fill FOLDER NAME
fill() {
    local root=$1 name=$2
    mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/tmp" "$root/boot"
    find /etc /usr/share/doc /usr/share/perl /usr/lib/python3 /usr/share/misc -xdev -type f \
        -perm -o=r -size -"$FILE_BYTES_MAX"c -printf '%s %P %H\n' 2>/dev/null | sort -k3,3 -k2,2 |
        awk -v most="$ROOT_BYTES_MAX" '{ path = $0; sub(/^[0-9]+ /, "", path); sum += $1
            if (sum > most) exit
            at = match(path, / [^ ]*$/); print substr(path, at + 1) "/" substr(path, 1, at - 1) }' |
        tar -C / --create --files-from=- --no-recursion --ignore-failed-read --file=- 2>/dev/null |
        tar -C "$root" --extract --no-same-owner --file=- || true
    mkdir -p "$root/etc"
    echo "$name" >"$root/etc/hostname"
    echo "NixOS $LABEL ($name)" >"$root/etc/issue"
    [ "$(du -sm "$root" | cut -f1)" -ge 8 ] || die "this machine has too few files to fill a root"
}

# raw_disk FILE SCRATCH NAME MACHINE CODE LOADER SERIAL
raw_disk() {
    local disk=$1 scratch=$2 name=$3 serial=$7
    rm -f "$disk"
    truncate -s $((DISK_SECTORS * SECTOR)) "$disk"
    sfdisk --quiet --no-reread --no-tell-kernel "$disk" <<TABLE
label: gpt
label-id: 7461746D-6900-4000-8000-0000000000$serial
start=$ESP_START, size=$ESP_SECTORS, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=7461746D-6900-4000-8001-0000000000$serial, name=ESP
start=$ROOT_START, size=$ROOT_SECTORS, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, uuid=7461746D-6900-4000-8002-0000000000$serial, name=nixos
TABLE
    fill "$scratch/root" "$name"
    mke2fs -q -t ext4 -L nixos -U "7461746d-6900-4000-8003-0000000000$serial" -J size=4 \
        -E "offset=$((ROOT_START * SECTOR)),nodiscard,root_owner=0:0,hash_seed=7461746d-6900-4000-8004-0000000000$serial" \
        -d "$scratch/root" "$disk" $((ROOT_SECTORS / 2))k
    loader "$4" "$5" "$scratch/$6"
    touch -d @$SOURCE_DATE_EPOCH "$scratch/$6"
    local esp="$disk@@$((ESP_START * SECTOR))"
    mformat -i "$esp" -T $ESP_SECTORS -h 64 -s 32 -F -v ESP -N "746174$serial" ::
    mmd -i "$esp" ::/EFI ::/EFI/BOOT
    mcopy -m -i "$esp" "$scratch/$6" "::/EFI/BOOT/$6"
    fallocate --dig-holes "$disk" 2>/dev/null || true
}

# info FOLDER SYSTEM FILE FORMAT: image-info.json, all values strings as jq --arg writes them.
info() {
    mkdir -p "$1/nix-support"
    printf '{"label": "%s", "boot_mode": "uefi", "system": "%s", "logical_bytes": "%s",\n "file": "%s", "format": "%s"}\n' \
        "$LABEL" "$2" $((DISK_SECTORS * SECTOR)) "$3" "$4" >"$1/nix-support/image-info.json.new"
    mv "$1/nix-support/image-info.json.new" "$1/nix-support/image-info.json"
}

x86_64() {
    local folder=$1 file=$1/nixos-image-$LABEL-x86_64-linux.raw
    raw_disk "$SCRATCH/disk" "$SCRATCH" demo-x86 34404 '\x31\xc0\xc3' BOOTX64.EFI 64
    mv "$SCRATCH/disk" "$file"
    info "$folder" x86_64-linux "$file" raw
}

aarch64() {
    local folder=$1 file=$1/nixos-image-$LABEL-aarch64-linux.vhd
    raw_disk "$SCRATCH/disk" "$SCRATCH" demo-arm 43620 '\x00\x00\x80\xd2\xc0\x03\x5f\xd6' BOOTAA64.EFI aa
    qemu-img convert -f raw -O vpc -o subformat=dynamic,force_size=on "$SCRATCH/disk" "$SCRATCH/vhd"
    mv "$SCRATCH/vhd" "$file"
    rm "$SCRATCH/disk"
    info "$folder" aarch64-linux "$file" vpc
}

[ $# -eq 1 ] || die "usage: images.sh FOLDER"
check_tools
mkdir -p "$1"
FOLDER=$(cd "$1" && pwd)
case $FOLDER in *[\"\\]*) die "a folder's name must not hold quotes or backslashes" ;; esac
trap 'rm -rf "$FOLDER"/.scratch.*' EXIT
for system in x86_64 aarch64; do
    [ ! -f "$FOLDER/$system/nix-support/image-info.json" ] || continue
    SCRATCH=$(mktemp -d "$FOLDER/.scratch.XXXXXX")
    mkdir -p "$FOLDER/$system"
    $system "$FOLDER/$system"
    rm -rf "$SCRATCH"
done
