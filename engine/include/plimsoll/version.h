/* Version of Plimsoll: the single place where it is written. */
#ifndef PLIMSOLL_VERSION_H
#define PLIMSOLL_VERSION_H

#define PLIMSOLL_VERSION "0.1.0"

/* Version of the layout of the random streams. A change of this number means that the same
   seed gives other paths; results record it. */
#define PLIMSOLL_STREAM_VERSION 1

#endif
