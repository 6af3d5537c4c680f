/* Models made by hand, so that screens can be tested without an engine. */
#ifndef TESTS_TOOLS_FAKEMODEL_H
#define TESTS_TOOLS_FAKEMODEL_H

#include "core/model.h"

enum fake_scene {
    FAKE_PLANNED, /* waits for :go */
    FAKE_RUNNING, /* the second image uploads, the first is copied; one region failed, two retry */
    FAKE_IMPORT,  /* the first disk is imported, all regions wait */
    FAKE_DIRECT,  /* without a bucket, from a base: the first disk goes by EBS direct */
    FAKE_PENDING, /* without a bucket: EBS finishes the first snapshot */
    FAKE_HELD,    /* one region failed, all others are verified */
    FAKE_DONE,    /* all public */
    FAKE_REFUSED, /* the credentials are not known */
};

/* acme/1.2.3 in 34 regions, two images, with a plan and events of its own. One reference; end it
 * with fake_model_free(). */
struct model *fake_model(enum fake_scene scene);
/* Takes plan and events along; nobody else may hold a reference. */
void fake_model_free(struct model *model);

/* The cell of the first image in a region. */
struct model_cell *fake_cell(struct model *model, const char *region);
/* Counts anew, after cells were changed. */
void fake_count(struct model *model);
/* Replaces a text. */
void fake_text(struct safe_text *text, const char *raw);

/* Every text of the model that comes from outside, the nth; NULL beyond the last. */
struct safe_text *fake_nth_text(struct model *model, size_t n);
/* Every string of the plan that comes from outside, the nth; NULL beyond the last. */
char **fake_nth_string(struct model *model, size_t n);

#endif
