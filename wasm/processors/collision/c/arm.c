#include "arm.h"

/* The terms of the Taylor series leave less than half an ulp within 45 degrees of a quarter turn. */
struct turn arm_turn(double degrees)
{
	double quarters = __builtin_floor(degrees * (1.0 / 90.0) + 0.5);
	double x = (degrees - quarters * 90.0) * 0.017453292519943295;
	double z = x * x, w = z * z;
	double s0 = 1.0 + z * -0.16666666666666666;
	double s1 = 0.008333333333333333 + z * -0.0001984126984126984;
	double s2 = 2.7557319223985893e-6 + z * -2.505210838544172e-8;
	double s3 = 1.6059043836821613e-10 + z * -7.647163731819816e-13;
	double sine = x * (s0 + w * (s1 + w * (s2 + w * s3)));
	double c1 = 0.041666666666666664 + z * -0.001388888888888889;
	double c2 = 0.0000248015873015873 + z * -2.755731922398589e-7;
	double c3 = 2.08767569878681e-9 + z * (-1.1470745597729725e-11 + z * 4.779477332387385e-14);
	double cosine = 1.0 + (z * -0.5 + w * (c1 + w * (c2 + w * c3)));
	int turn = (int)quarters & 3;
	double a = turn & 1 ? cosine : sine, b = turn & 1 ? sine : cosine;

	return (struct turn){ turn & 2 ? -a : a, (turn + 1) & 2 ? -b : b };
}

static double put(double furthest, double *at, double x, double y, double z)
{
	double dx = x - at[0], dy = y - at[1], dz = z - at[2];
	double moved = dx * dx + dy * dy + dz * dz;

	at[0] = x;
	at[1] = y;
	at[2] = z;
	return moved > furthest ? moved : furthest;
}

double arm_place(const struct geometry *g, const double *axes, double *points)
{
	struct turn q1 = arm_turn(-axes[0]), q2 = arm_turn(axes[1]), qu = arm_turn(axes[1] + axes[2]);
	struct turn q4 = arm_turn(-axes[3]), q5 = arm_turn(axes[4]), q6 = arm_turn(-axes[5]);
	double s1 = q1.sine, c1 = q1.cosine, su = qu.sine, cu = qu.cosine;
	double s4 = q4.sine, c4 = q4.cosine, s5 = q5.sine, c5 = q5.cosine;
	double bx = g->base_x + g->rail_x * axes[6];
	double by = g->base_y + g->rail_y * axes[6];
	double bz = g->base_z + g->rail_z * axes[6];
	double column = bz + g->d1;
	double elbow = g->a1 + g->a2 * q2.cosine, elbow_z = column - g->a2 * q2.sine;
	double fore = elbow + g->a3 * su, fore_z = elbow_z + g->a3 * cu;
	double wrist = fore + g->d4 * cu;
	double wx = bx + wrist * c1, wy = by + wrist * s1, wz = fore_z - g->d4 * su;
	double x3x = su * c1, x3y = su * s1, z3x = cu * c1, z3y = cu * s1;
	double x4x = c4 * x3x + s4 * s1, x4y = c4 * x3y - s4 * c1, x4z = c4 * cu;
	double z5x = c5 * z3x - s5 * x4x, z5y = c5 * z3y - s5 * x4y, z5z = -(c5 * su) - s5 * x4z;
	double fx = wx + g->d6 * z5x, fy = wy + g->d6 * z5y, fz = wz + g->d6 * z5z;
	double x5x = c5 * x4x + s5 * z3x, x5y = c5 * x4y + s5 * z3y, x5z = c5 * x4z - s5 * su;
	double y5x = c4 * s1 - s4 * x3x, y5y = -(c4 * c1) - s4 * x3y, y5z = -(s4 * cu);
	double u = g->tool_x * q6.cosine - g->tool_y * q6.sine;
	double v = g->tool_x * q6.sine + g->tool_y * q6.cosine;
	double furthest = 0;

	furthest = put(furthest, points, bx, by, bz);
	furthest = put(furthest, points + 3, bx, by, column);
	furthest = put(furthest, points + 6, bx + g->a1 * c1, by + g->a1 * s1, column);
	furthest = put(furthest, points + 9, bx + elbow * c1, by + elbow * s1, elbow_z);
	furthest = put(furthest, points + 12, bx + fore * c1, by + fore * s1, fore_z);
	furthest = put(furthest, points + 15, wx, wy, wz);
	furthest = put(furthest, points + 18, fx, fy, fz);
	return put(furthest, points + 21, fx + u * x5x + v * y5x + g->tool_z * z5x, fy + u * x5y + v * y5y + g->tool_z * z5y,
		   fz + u * x5z + v * y5z + g->tool_z * z5z);
}

static double clamp(double value)
{
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

double arm_squared_distance(const double *p, const double *q)
{
	const double point = 1e-6;
	double ux = p[3] - p[0], uy = p[4] - p[1], uz = p[5] - p[2];
	double vx = q[3] - q[0], vy = q[4] - q[1], vz = q[5] - q[2];
	double wx = p[0] - q[0], wy = p[1] - q[1], wz = p[2] - q[2];
	double uu = ux * ux + uy * uy + uz * uz, vv = vx * vx + vy * vy + vz * vz;
	double uw = ux * wx + uy * wy + uz * wz, vw = vx * wx + vy * wy + vz * wz;
	double s = 0, t = 0, dx, dy, dz;

	if (vv <= point) {
		if (uu > point)
			s = clamp(-uw / uu);
	} else if (uu <= point) {
		t = clamp(vw / vv);
	} else {
		double uv = ux * vx + uy * vy + uz * vz;
		double divisor = uu * vv - uv * uv;
		if (divisor > point)
			s = clamp((uv * vw - uw * vv) / divisor);
		t = (uv * s + vw) / vv;
		if (t < 0) {
			t = 0;
			s = clamp(-uw / uu);
		} else if (t > 1) {
			t = 1;
			s = clamp((uv - uw) / uu);
		}
	}
	dx = wx + ux * s - vx * t;
	dy = wy + uy * s - vy * t;
	dz = wz + uz * s - vz * t;
	return dx * dx + dy * dy + dz * dz;
}
