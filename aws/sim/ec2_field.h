/* A resource's members as rows of a table: replies, filters and the state dump all read the same
 * row. */
#ifndef AWS_SIM_EC2_FIELD_H
#define AWS_SIM_EC2_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EC2_SCRATCH_BYTES = 64 };

struct ec2_field;

enum ec2_json { EC2_JSON_STRING, EC2_JSON_BOOL, EC2_JSON_NUMBER };

/* How a member of one type is read as text and set from text. */
struct ec2_kind {
    /* Text of the field, in `scratch`, in the resource or constant; NULL when the field is absent.
     */
    const char *(*get)(const void *resource, const struct ec2_field *field, char *scratch);
    /* Sets the field from text; NULL for what is computed. */
    bool (*set)(void *resource, const struct ec2_field *field, const char *text);
    enum ec2_json json; /* what its text is in the state dump */
};

struct ec2_field {
    const char *element; /* its name in a reply; NULL when it is not shown */
    const char *filter;  /* its name as a filter; NULL when it is none */
    const struct ec2_kind *kind;
    size_t offset;
    const char *const *names; /* of the values of an enum, ended by NULL; the text of a constant */
};

extern const struct ec2_kind EC2_TEXT;      /* char *, absent when NULL */
extern const struct ec2_kind EC2_STRING;    /* char *, empty when NULL */
extern const struct ec2_kind EC2_BOOL;      /* bool, always there */
extern const struct ec2_kind EC2_BOOL_TRUE; /* bool, absent when false */
extern const struct ec2_kind EC2_INT;       /* int, absent when 0 */
extern const struct ec2_kind EC2_TIME; /* int64_t, milliseconds since the epoch, absent when 0 */
extern const struct ec2_kind EC2_ENUM; /* an enum as `names` has it */
extern const struct ec2_kind EC2_CONSTANT; /* the first of `names` */

/* Text of `field` in `resource`, or NULL when absent. `scratch` holds EC2_SCRATCH_BYTES and must
 * outlive the use of the result. Thread: any, lock held. */
const char *ec2_field_get(const void *resource, const struct ec2_field *field, char *scratch);

#endif
