/* What a piece of the screen means, as one table: state words, chrome, and how each looks in every
 * colour depth. */
#include "ui/role.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Colours of the 16-colour palette, and of the 256 that stay apart for red-green blindness (Okabe
 * and Ito). */
enum palette {
    OWN = -1,
    RED = 1,
    GREEN = 2,
    YELLOW = 3,
    CYAN = 6,
    VERMILION = 166,
    BLUISH_GREEN = 36,
    ORANGE = 178,
    SKY_BLUE = 74,
};

struct role_row {
    char letter;
    short colour16;
    short colour256;
    unsigned attrs;
    const char *word;
    const char *glyph;
    const char *meaning;
};

static const struct role_row rows[ROLES] = {
    [ROLE_WAIT] = {'w', OWN, OWN, ATTR_DIM, "WAIT", "·", "queued"},
    [ROLE_UPLD] = {'u', CYAN, SKY_BLUE, 0, "UPLD", "↑", "uploading"},
    [ROLE_IMPT] = {'i', CYAN, SKY_BLUE, 0, "IMPT", "≈", "importing"},
    [ROLE_COPY] = {'c', CYAN, SKY_BLUE, 0, "COPY", "→", "copying"},
    [ROLE_PRIV] = {'p', OWN, OWN, ATTR_BOLD, "PRIV", "○", "available, private"},
    [ROLE_PUBL] = {'P', GREEN, BLUISH_GREEN, ATTR_BOLD, "PUBL", "●", "public, verified"},
    [ROLE_DONE] = {'d', GREEN, BLUISH_GREEN, 0, "DONE", "✓", "finished"},
    [ROLE_RTRY] = {'r', YELLOW, ORANGE, ATTR_BOLD, "RTRY", "!", "backing off, goes on by itself"},
    [ROLE_STAL] = {'s', YELLOW, ORANGE, ATTR_UNDERLINE, "STAL", "?",
                   "no news for longer than usual"},
    [ROLE_FAIL] = {'F', RED, VERMILION, ATTR_BOLD | ATTR_REVERSE, "FAIL", "✗", "needs a person"},
    [ROLE_SKIP] = {'k', OWN, OWN, ATTR_DIM, "SKIP", "-", "left out"},
    [ROLE_TEXT] = {'.', OWN, OWN, 0, "", "", ""},
    [ROLE_FAINT] = {'f', OWN, OWN, ATTR_DIM, "", "", ""},
    [ROLE_STRONG] = {'S', OWN, OWN, ATTR_BOLD, "", "", ""},
    [ROLE_BRAND] = {'T', CYAN, SKY_BLUE, ATTR_BOLD, "", "", ""},
    [ROLE_TITLE] = {'t', OWN, OWN, ATTR_BOLD, "", "", ""},
    [ROLE_RULE] = {'-', OWN, OWN, ATTR_DIM, "", "", ""},
    [ROLE_HINT] = {'h', OWN, OWN, ATTR_DIM, "", "", ""},
    [ROLE_HEADING] = {'H', OWN, OWN, ATTR_DIM, "", "", ""},
    [ROLE_KEY] = {'K', OWN, OWN, ATTR_BOLD, "", "", ""},
    [ROLE_LABEL] = {'l', OWN, OWN, 0, "", "", ""},
    [ROLE_OFF] = {'o', OWN, OWN, ATTR_DIM, "", "", ""},
    [ROLE_PROD] = {'!', YELLOW, ORANGE, ATTR_BOLD | ATTR_REVERSE, "", "", ""},
    [ROLE_BADGE] = {'A', CYAN, SKY_BLUE, ATTR_BOLD, "", "", ""},
    [ROLE_CURSOR] = {'>', OWN, OWN, ATTR_BOLD, "", "", ""},
    [ROLE_MARK] = {'m', YELLOW, ORANGE, ATTR_BOLD, "", "", ""},
    [ROLE_BAR] = {'b', CYAN, SKY_BLUE, 0, "", "", ""},
    [ROLE_TROUGH] = {'_', OWN, OWN, ATTR_DIM, "", "", ""},
    [ROLE_SPARK] = {'g', CYAN, SKY_BLUE, 0, "", "", ""},
    [ROLE_GOOD] = {'G', GREEN, BLUISH_GREEN, 0, "", "", ""},
    [ROLE_WARN] = {'W', YELLOW, ORANGE, ATTR_BOLD, "", "", ""},
    [ROLE_BAD] = {'B', RED, VERMILION, ATTR_BOLD, "", "", ""},
    [ROLE_DANGER] = {'D', RED, VERMILION, ATTR_BOLD | ATTR_REVERSE, "", "", ""},
    [ROLE_INPUT] = {'I', OWN, OWN, ATTR_BOLD, "", "", ""},
    [ROLE_BUTTON] = {'n', OWN, OWN, 0, "", "", ""},
    [ROLE_FOCUS] = {'N', OWN, OWN, ATTR_BOLD | ATTR_REVERSE, "", "", ""},
};

struct role_style role_style(enum role role, enum role_depth depth)
{
    const struct role_row *row = &rows[role];
    const short colours[DEPTHS] = {OWN, row->colour16, row->colour256};
    return (struct role_style){.colour = colours[depth], .attrs = row->attrs};
}

char role_letter(enum role role)
{
    return rows[role].letter;
}

const char *role_word(enum role role)
{
    return rows[role].word;
}

const char *role_glyph(enum role role)
{
    return rows[role].glyph;
}

const char *role_meaning(enum role role)
{
    return rows[role].meaning;
}

bool role_depth_parse(const char *value, int colours, enum role_depth *depth_out)
{
    static const struct {
        const char *value;
        enum role_depth most;
    } wishes[] = {
        {"auto", DEPTH_256},
        {"256", DEPTH_256},
        {"16", DEPTH_16},
        {"never", DEPTH_NONE},
    };
    const char *no_color = getenv("NO_COLOR");
    enum role_depth has = colours >= 256 ? DEPTH_256 : colours >= 8 ? DEPTH_16 : DEPTH_NONE;

    for (size_t i = 0; i < ARRAY_LEN(wishes); i++) {
        if (strcmp(value, wishes[i].value) != 0)
            continue;
        bool overruled = i == 0 && no_color != NULL && no_color[0] != '\0';
        enum role_depth most = overruled ? DEPTH_NONE : wishes[i].most;
        *depth_out = has < most ? has : most;
        return true;
    }
    return false;
}
