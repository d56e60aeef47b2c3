#include "definition/model.h"

const char *const subject_kind_names[KIND_COUNT] = {"person", "account", "deal", "subscription", "market"};
const char *const role_names[ROLE_COUNT] = {"", "marketing", "sales", "success", "product"};
