/* As ../plausibility.ts, which says why. */
#include "decoder.h"

#define CHAIN 3
#define MAX_GAP_POSES 2

static void settle(struct axis *a, double value, double pose, double velocity)
{
	a->value = value;
	a->velocity = velocity;
	a->has_velocity = 1;
	a->pose = pose;
	a->is_known = 1;
	a->chain = 0;
}

static int fits(const struct axis *a, double value, double gap)
{
	if (gap < 1 || gap > MAX_GAP_POSES)
		return 0;
	if (__builtin_fabs(value - a->value) > gap * a->reach)
		return 0;
	if (!a->has_velocity)
		return gap == 1;
	return __builtin_fabs(value - (a->value + a->velocity * gap)) <= (gap == 1 ? a->reach / 2 : a->reach);
}

enum verdict kuka_judge(struct axis *a, double value, double pose)
{
	double gap = pose - a->pose, candidate_gap = pose - a->candidate_pose;
	int is_next;

	if (a->is_known && fits(a, value, gap)) {
		settle(a, value, pose, (value - a->value) / gap);
		return BELIEVED;
	}
	is_next = a->chain > 0 && candidate_gap >= 1 && candidate_gap <= 2 &&
		  __builtin_fabs(value - a->candidate) <= candidate_gap * a->reach;
	a->chain = is_next ? a->chain + 1 : 1;
	if (a->chain >= CHAIN) {
		settle(a, value, pose, (value - a->candidate) / candidate_gap);
		return BELIEVED;
	}
	a->candidate = value;
	a->candidate_pose = pose;
	return a->is_known ? REFUSED : SETTLING;
}

int kuka_judge_checked(struct axis *a, double value, double pose)
{
	double gap = pose - a->pose;
	int is_possible = !a->is_known || gap < 1 || __builtin_fabs(value - a->value) <= gap * a->reach;

	settle(a, value, pose, 0);
	return is_possible;
}

void kuka_reset_plausibility(void)
{
	for (int i = 0; i < AXES; i++) {
		kuka.state.axis[i].is_known = 0;
		kuka.state.axis[i].chain = 0;
	}
}
