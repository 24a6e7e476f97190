/* math/group_no_mpi.c - in a build without MPI, nothing can be joined.
 *
 * SPDX-License-Identifier: MIT */
#include "math/group.h"

#include "base/banned.h"

status group_join(group *g, int *here)
{
    *g = (group){ .ranks = *here = 1 };
    return status_fail(STATUS_USAGE, "started by mpirun, but this build has no MPI; configure one "
                                     "with -DGAN_MPI=ON, or share this machine with --ranks N");
}
