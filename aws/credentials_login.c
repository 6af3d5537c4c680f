/* login_session (`aws login`): a source that tatami cannot use. Named and refused where the AWS CLI
 * would use it, since passing over it would act as somebody else. */
#include "aws/credentials.h"

static bool get(const struct signin *with, struct credentials *out, bool *found, struct err *err)
{
    (void)out;
    *found = false;
    if (signin_get(with, "login_session") == NULL)
        return true;
    err_set(err, ERR_CREDENTIALS,
            "the profile %s takes its credentials from login_session, which tatami cannot use",
            with->profile);
    return err_advise(err,
                      "`aws configure export-credentials --format env` prints keys that it can");
}

const struct credential_provider credentials_login = {.name = "login", .get = get};
