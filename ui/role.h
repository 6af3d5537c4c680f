/* What a piece of the screen means, as one table: state words, chrome, and how each looks in every
 * colour depth. */
#ifndef UI_ROLE_H
#define UI_ROLE_H

#include <stdbool.h>
#include <wchar.h>

/* The first eleven are the state words, in the order of the legend. */
enum role {
    ROLE_WAIT, /* queued */
    ROLE_UPLD, /* uploading */
    ROLE_IMPT, /* importing */
    ROLE_COPY, /* copying */
    ROLE_PRIV, /* available, private */
    ROLE_PUBL, /* public, verified */
    ROLE_DONE, /* finished */
    ROLE_RTRY, /* backing off */
    ROLE_STAL, /* no news for longer than usual */
    ROLE_FAIL, /* needs a person */
    ROLE_SKIP, /* left out */
    ROLE_STATES,
    ROLE_TEXT = ROLE_STATES, /* plain words */
    ROLE_FAINT,              /* secondary words: "profile release" */
    ROLE_STRONG,             /* words that matter: the account, a total */
    ROLE_BRAND,              /* the program's name */
    ROLE_TITLE,              /* the title in a rule */
    ROLE_RULE,               /* lines and boxes */
    ROLE_HINT,               /* keys named at the right of a rule */
    ROLE_HEADING,            /* column headings, field names */
    ROLE_KEY,                /* a key in the footer or the help */
    ROLE_LABEL,              /* what that key does */
    ROLE_OFF,                /* a key or button that does nothing now */
    ROLE_PROD,               /* [PROD] */
    ROLE_BADGE,              /* [READ-ONLY], [REHEARSAL] */
    ROLE_CURSOR,             /* the mark beside the selected row */
    ROLE_MARK,               /* a marked row's box */
    ROLE_BAR,                /* the full part of a bar */
    ROLE_TROUGH,             /* the empty part of a bar */
    ROLE_SPARK,              /* a graph of samples */
    ROLE_GOOD,
    ROLE_WARN,
    ROLE_BAD,
    ROLE_DANGER, /* the frame's title where something is destroyed */
    ROLE_INPUT,  /* what the person types */
    ROLE_BUTTON,
    ROLE_FOCUS, /* the button that Enter or Esc takes */
    ROLES
};

/* Attributes of a cell, beside those of its role. */
enum role_attr {
    ATTR_BOLD = 1,
    ATTR_DIM = 2,
    ATTR_UNDERLINE = 4,
    ATTR_REVERSE = 8,
};

enum role_depth {
    DEPTH_NONE, /* attributes only */
    DEPTH_16,
    DEPTH_256,
    DEPTHS
};

/* How a role looks: a colour of the palette, or -1 for the terminal's own, and enum role_attr bits.
 */
struct role_style {
    short colour;
    unsigned attrs;
};

/* How `role` looks in `depth`. Never a background, never black or white text. Thread: any. */
struct role_style role_style(enum role role, enum role_depth depth);

/* The letter that stands for the role in a dump; each role has its own. Thread: any. */
char role_letter(enum role role);

/* The four-letter word of a state ("COPY"), "" for a role that is none. Thread: any. */
const char *role_word(enum role role);

/* The glyph of a state, as UTF-8 of one column, "" for a role that is none. Thread: any. */
const char *role_glyph(enum role role);

/* What the state means, in a few words for the legend; "" for a role that is none. Thread: any. */
const char *role_meaning(enum role role);

/* Reads the value of --color: auto, 16, 256 or never. False when it is none of them; *depth_out is
 * then unchanged. "auto" is `colours` of the terminal (what terminfo says), or DEPTH_NONE while
 * NO_COLOR is set and not empty (no-color.org). A number is a wish that NO_COLOR does not overrule,
 * and a terminal with fewer colours does. Thread: main. */
bool role_depth_parse(const char *value, int colours, enum role_depth *depth_out);

#endif
