/* Forward kinematics and distances of collision.c: the same additions and multiplications, in the same order, as in
 * ../assembly and ../twin.ts, so that every compiler makes the same bits of them (-ffp-contract=off). */
#ifndef FOGWOT_ARM_H
#define FOGWOT_ARM_H

#define POINTS 8

struct geometry {
	double a1, d1, a2, a3, d4, d6;
	double tool_x, tool_y, tool_z;
	double base_x, base_y, base_z;
	double rail_x, rail_y, rail_z;
	double radius[6];
};

struct turn {
	double sine, cosine;
};

/* @axes: A1 to A6 in degrees, A7 in mm. @points: 8 * (x, y, z) of the pose before, then of this one.
 * Returns squared mm, of the point that moved furthest. */
double arm_place(const struct geometry *g, const double *axes, double *points);
struct turn arm_turn(double degrees);
/* Of two segments, six numbers each. */
double arm_squared_distance(const double *p, const double *q);

#endif
