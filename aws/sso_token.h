/* The token of an SSO session, as `aws sso login` leaves it in ~/.aws/sso/cache. */
#ifndef AWS_SSO_TOKEN_H
#define AWS_SSO_TOKEN_H

#include "aws/credentials.h"

/* What a profile says about SSO; lives as long as the configuration. */
struct sso_settings {
    const char *session; /* of sso_session; NULL: the profile says it all itself (legacy) */
    const char *start_url, *region, *account, *role;
};

/* The access token, malloc'd, to be wiped with str_wipe_free(). One that ends within 15 minutes is
 * renewed by its refresh token (CreateToken) and written back, where it belongs to a session; NULL
 * with ERR_CREDENTIALS when there is none, and ERR_EXPIRED when it is over, which `aws sso login`
 * mends. Thread: any. */
char *sso_token(const struct signin *with, const struct sso_settings *sso, struct err *err);
/* Says how to log in again; always false. Thread: any. */
bool sso_log_in(const struct signin *with, const struct sso_settings *sso, enum err_kind kind,
                const char *what, struct err *err);

#endif
