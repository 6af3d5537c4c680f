/* The journal's file, folder and lock; only the journal includes this. */
#ifndef CORE_JOURNAL_DB_H
#define CORE_JOURNAL_DB_H

#include <sqlite3.h>

#include "core/journal.h"

/* Thread: engine. */
sqlite3 *journal_db(struct journal *j);
/* For messages. Thread: any. */
const char *journal_db_path(const struct journal *j);

#endif
