/* Roles: what people are in the company. A person, or a key, has a set of them. What a role may do is data, see
 * action.h; nothing else asks which role somebody has. */
#ifndef MASA_ACCESS_ROLE_H
#define MASA_ACCESS_ROLE_H

#include "base/buffer.h"

enum access_role { ACCESS_MARKETING, ACCESS_SALES, ACCESS_SUCCESS, ACCESS_PRODUCT, ACCESS_ADMIN, ACCESS_ROLES };

typedef uint8_t role_set; /* 1 << role */

#define ROLE_BIT(role) ((role_set)(1U << (role)))
#define ROLE_EVERY     ((role_set)((1U << ACCESS_ROLES) - 1))

struct slice role_name(enum access_role role);
/* Names separated by commas, blanks allowed: "sales, admin". False on a name that is none, told in *unknown. The empty
 * text is the empty set. */
bool role_set_read(struct slice text, role_set *out, struct slice *unknown);
/* "sales,admin": each once, in the order of the roles. */
void role_set_write(role_set roles, struct buffer *out);

#endif
