/* The names that upload-ami and create-amis.sh give. */
#include "core/adopt_peer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* upload-ami: NixOS/amis, upload-ami/src/upload_ami/upload_ami.py; all that it makes bears the
 * AMI's name, as description, key and tag Name. create-amis.sh: NixOS/nixpkgs,
 * nixos/maintainers/scripts/ec2/create-amis.sh; a name is what stands in front, "-label-system"
 * follows. It says nothing of IMDS. */
static const struct {
    const char *name;
    const char *template; /* as of --name; NULL: tatami's own, which is the same */
    const char *description, *import;
    const char *imds;
    bool by_path; /* the staging key is the path of the file without its first slash */
} peers[ADOPT_PEERS] = {
    [ADOPT_UPLOAD_AMI] = {.name = "upload-ami"},
    [ADOPT_CREATE_AMIS] = {.name = "create-amis.sh",
                           .template = "NixOS-{label}-{system}",
                           .description = "NixOS",
                           .import = "nixos-image",
                           .imds = "off",
                           .by_path = true},
};

enum adopt_peer adopt_peer_of(const char *adopt)
{
    return strcmp(adopt, peers[ADOPT_UPLOAD_AMI].name) == 0 ? ADOPT_UPLOAD_AMI : ADOPT_CREATE_AMIS;
}

const char *adopt_peer_name(enum adopt_peer peer)
{
    return peers[peer].name;
}

static void take(char **setting, const char *value)
{
    if (*setting == NULL && value != NULL)
        *setting = xstrdup(value);
}

void adopt_peer_settings(enum adopt_peer peer, struct settings *s)
{
    take(&s->image.name, peers[peer].template);
    take(&s->image.imds, peers[peer].imds);
}

void adopt_peer_plan(enum adopt_peer peer, struct plan *plan)
{
    for (size_t i = 0; peers[peer].description != NULL && i < plan->image_count; i++) {
        struct plan_image *image = &plan->images[i];
        if (image->description == NULL)
            image->description =
                xasprintf("%s %s %s", peers[peer].description, image->label, image->system);
    }
}

char *adopt_peer_key(enum adopt_peer peer, const struct plan_image *image, size_t disk)
{
    const char *path = image->disks[disk].path;
    return xstrdup(!peers[peer].by_path ? image->name : path[0] == '/' ? path + 1 : path);
}

bool adopt_peer_import(enum adopt_peer peer, const struct plan_image *image,
                       const struct ec2_import *import)
{
    const char *said = import->disk_description;
    char *wanted = peers[peer].import == NULL
                       ? xstrdup(image->name)
                       : xasprintf("%s-%s-%s", peers[peer].import, image->label, image->system);
    bool is = said != NULL && strcmp(said, wanted) == 0;
    free(wanted);
    return is;
}
