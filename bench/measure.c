/* Runs one command and prints what it took, as one JSON line:
 *
 *     measure OUTPUT ERRORS COMMAND [ARGUMENT...]     (files for its standard output and error)
 *
 * A process of its own and a small one, because Linux lets a new program inherit its parent's peak of memory: started
 * from a large interpreter every small program would seem as large. The peak counts mapped file pages that were
 * touched, and is the largest of the command and of the children it waited for, not their sum. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

/* Only after fork: 127 tells that there was nothing to run. */
static _Noreturn void become(const char *output, const char *errors, char **command)
{
    int out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666), err = open(errors, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (out < 0 || err < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0) _exit(126);
    execvp(command[0], command);
    dprintf(STDERR_FILENO, "%s: %s\n", command[0], strerror(errno));
    _exit(127);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: measure OUTPUT ERRORS COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    double started = seconds_now();
    pid_t child = fork();
    if (child == 0) become(argv[1], argv[2], argv + 3);
    int status;
    struct rusage used;
    if (child < 0 || wait4(child, &status, 0, &used) < 0) {
        perror("measure");
        return 1;
    }
    double wall = seconds_now() - started;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    printf("{\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mib\":%.1f,\"exit\":%d}\n", wall,
           seconds_of(used.ru_utime) + seconds_of(used.ru_stime), (double)used.ru_maxrss / 1024, code);
    return 0;
}
