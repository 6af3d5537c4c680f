/* The filter line of the cleanup screen: the rules, with completion and what is wrong with them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cleanup_state.h"

void cleaner_filter_set(struct cleanup_screen *self, const char *words)
{
    struct rules rules = {0};
    if (!rules_parse(words, &rules, NULL, NULL))
        return;
    char *kept = words[0] != '\0' ? xstrdup(words) : NULL;
    rules_free(&self->rules);
    free(self->filter_text);
    self->rules = rules;
    self->filter_text = kept;
    self->table.anchor = 0;
    self->stale = true;
}

void cleaner_filter_open(struct cleanup_screen *self, const char *words)
{
    struct err err = ERR_INIT;
    struct rules rules = {0};
    if (words[0] == '\0') {
        free(self->filter_before);
        self->filter_before = xstrdup(self->filter_text != NULL ? self->filter_text : "");
        prompt_open(&self->prompt, '/', self->filter_before);
    } else if (rules_parse(words, &rules, NULL, &err)) {
        cleaner_filter_set(self, words);
    } else {
        console_say(self->screen.console, ROLE_BAD, "%s", err.message);
    }
    rules_free(&rules);
}

/* A rule's word behind the last blank. */
static bool candidate(const void *data, const char *text, size_t nth, char **line,
                      struct safe_text *about)
{
    const char *blank = strrchr(text, ' ');
    const char *word = blank != NULL ? blank + 1 : text;
    (void)data;
    for (size_t i = 0; i < rules_word_count; i++) {
        const struct rules_word *rule = &rules_words[i];
        bool whole = rule->argument == NULL && strcmp(rule->word, word) == 0;
        if (strncmp(rule->word, word, strlen(word)) != 0 || whole || nth-- > 0)
            continue;
        *line = xasprintf("%.*s%s%s", (int)(word - text), text, rule->word,
                          rule->argument != NULL ? ":" : "");
        *about = text_safe_fmt("%s%s%s", rule->argument != NULL ? rule->argument : "",
                               rule->argument != NULL ? "  " : "", rule->help);
        return true;
    }
    return false;
}

/* What is wrong, with the word where it begins; else what is shown. */
static struct safe_text explain(const void *data, const char *text, enum role *role)
{
    struct cleanup_screen *self = (struct cleanup_screen *)data;
    struct err err = ERR_INIT;
    struct rules rules = {0};
    size_t at = 0;
    if (!rules_parse(text, &rules, &at, &err)) {
        *role = ROLE_BAD;
        return text_safe_fmt("at %zu: %s", at + 1, err.message);
    }
    rules_free(&rules);
    cleaner_refresh(self);
    if (self->view == NULL)
        return text_safe("nothing is read yet  Esc: as before");
    return text_safe_fmt("%zu of %zu AMIs  Esc: as before", self->view->shown_images,
                         self->view->total_images);
}

/* While it is typed, the beginning of a rule's word looks for nothing yet. */
static void cut_unfinished(char *text)
{
    char *blank = strrchr(text, ' ');
    char *word = blank != NULL ? blank + 1 : text;
    size_t length = strlen(word);
    for (size_t i = 0; i < rules_word_count; i++)
        if (length < strlen(rules_words[i].word) && strncmp(rules_words[i].word, word, length) == 0)
            *word = '\0';
}

bool cleaner_filter_input(struct cleanup_screen *self, const struct input *in)
{
    struct prompt_source source = {.data = self, .candidate = candidate, .explain = explain};
    unsigned did = prompt_event(&self->prompt, in, &source);
    if (did & UI_CLOSED) {
        cleaner_filter_set(self, self->filter_before);
    } else if (did & (UI_CHANGED | UI_ACCEPTED)) {
        char *text = prompt_text(&self->prompt);
        if (self->prompt.open)
            cut_unfinished(text);
        cleaner_filter_set(self, text);
        free(text);
    }
    return true;
}

void cleaner_filter_draw(struct cleanup_screen *self, const struct view *v)
{
    struct prompt_source source = {.data = self, .candidate = candidate, .explain = explain};
    if (self->prompt.open)
        prompt_draw(v, &self->prompt, &source);
}
