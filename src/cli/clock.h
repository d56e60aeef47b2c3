/* The time of day, which only the faces of the program know; below them it is an argument. */
#ifndef MASA_CLI_CLOCK_H
#define MASA_CLI_CLOCK_H

#include <stdint.h>

int64_t clock_now(void); /* microseconds since 1970 */

#endif
