/* One-time links: a secret that lets in once, soon forgotten, of which only a digest is kept. They make the first
 * administrator, invite a new colleague, and set a forgotten password. Masa prints or returns them; whoever made one
 * hands it over. */
#ifndef MASA_ACCESS_LINK_H
#define MASA_ACCESS_LINK_H

#include "access/secret.h"
#include "access/session.h"

enum link_purpose { LINK_FIRST_ADMIN, LINK_INVITATION, LINK_RESET, LINK_PURPOSES };

const char *link_purpose_name(enum link_purpose purpose);

struct link {
    char token[SECRET_SIZE];
    enum link_purpose purpose;
    int64_t expires_at;
};

/* The link as people follow it: "https://masa.example.com/claim#TOKEN". What stands after # a browser tells nobody, so
 * that no log on the way has it. `base` is where masa is served, a slash at its end or not. */
void link_write(const struct link *link, struct slice base, struct buffer *out);

/* When nobody can sign in and manage people, a new link that makes the first administrator (earlier ones of this kind
 * end); otherwise *needed is false and nothing was done. */
enum answer link_first_admin(struct access *access, const struct identity *who, bool *needed, struct link *out,
                             struct error *error);
/* An invitation while the person has no password, else a reset. Earlier links of the person end. Needs user.manage. */
enum answer link_make(struct access *access, const struct identity *who, int64_t user, struct link *out,
                      struct error *error);

/* For the page that the link opens: what it is for, and whose it is (empty for a first administrator). */
struct link_view {
    enum link_purpose purpose;
    struct slice email, name, language;
};
enum answer link_look(struct access *access, struct slice token, struct arena *arena, struct link_view *out,
                      struct error *error);

/* Uses it up: sets the password and signs in. `email`, `name` and `language` are for the first administrator only. A
 * password that is refused does not use it up. */
struct link_use {
    struct slice token, password, email, name, language;
    struct slice address, agent;
};
enum answer link_follow(struct access *access, const struct link_use *use, struct session_ticket *out,
                        struct error *error);

#endif
