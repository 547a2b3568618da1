/* The processor `collision` in C, for the same ABI and with the same records, state and results as ../assembly. */
#include "arm.h"

#include <fogwot_processor.h>

#define LINKS 6
#define MAX_OBSTACLES 16
#define BUFFER_BYTES 4096
#define NOT_READY FOGWOT_E_OWN
#define STATE_VERSION 1
#define FARTHEST 1e9
#define MAX_GAP_POSES 8

enum port { POSES, SETTINGS, OBSTACLES };
enum sent { SETTINGS_IN_FORCE = 1, SAID_STOP = 2 };
enum flag { STOP = 1, SPEED_UNKNOWN = 2, OBSTACLE_STALE = 4 };

struct settings {
	double offset_mm, reaction_ms, release_margin_mm, pose_interval_ms, unknown_speed, stale_ms, repeat_poses;
};

struct pose {
	double number, axes[7];
};

struct told {
	int32_t id, spare;
	double radius, ends[6], velocity[3];
};

struct obstacle {
	struct told told;
	double age_ms;
};

struct decision {
	double number, distance_mm, required_mm, speed;
	int32_t link, obstacle, flags, spare;
};

/* All that is kept: what state_save hands out. */
static struct {
	int32_t is_ready, has_pose, obstacles, is_stopped;
	double number, speed;
	int32_t is_speed_known, since_stop;
	struct settings settings;
	struct geometry geometry;
	double points[3 * POINTS];
	struct obstacle obstacle[MAX_OBSTACLES];
} kept;

static union {
	uint8_t bytes[BUFFER_BYTES];
	struct pose poses[BUFFER_BYTES / sizeof(struct pose)];
	struct told told[BUFFER_BYTES / sizeof(struct told)];
	double numbers[BUFFER_BYTES / 8];
} in;

static union {
	uint8_t bytes[BUFFER_BYTES];
	struct decision decisions[BUFFER_BYTES / sizeof(struct decision)];
} out;

static const struct settings DEFAULT_SETTINGS = { 1097.2, 2472, 200, 65.625, 2, 1000, 15 };
static const struct geometry DEFAULT_GEOMETRY = {
	.a1 = 350, .d1 = 750, .a2 = 1250, .a3 = -55, .d4 = 1100, .d6 = 230, .tool_z = 250,
	.rail_x = 1, .radius = { 500, 400, 250, 220, 150, 150 },
};

FOGWOT_EXPORT(abi) int32_t abi(void) { return FOGWOT_ABI | FOGWOT_STATE; }
FOGWOT_EXPORT(in_ptr) int32_t in_ptr(void) { return (int32_t)(intptr_t)in.bytes; }
FOGWOT_EXPORT(in_cap) int32_t in_cap(void) { return BUFFER_BYTES; }
FOGWOT_EXPORT(out_ptr) int32_t out_ptr(void) { return (int32_t)(intptr_t)out.bytes; }
FOGWOT_EXPORT(out_cap) int32_t out_cap(void) { return BUFFER_BYTES; }

static int is_number(double value)
{
	return value == value;
}

static int is_near(double value)
{
	return __builtin_fabs(value) <= FARTHEST;
}

static int32_t change_settings(const double *from)
{
	double *to = (double *)&kept.settings;
	const int count = sizeof kept.settings / 8;

	for (int i = 0; i < count; i++) {
		double least = &to[i] == &kept.settings.pose_interval_ms ? 0.001 : 0;
		if (is_number(from[i]) && !(from[i] >= least && from[i] <= FARTHEST))
			return FOGWOT_E_CONFIG;
	}
	for (int i = 0; i < count; i++)
		to[i] = is_number(from[i]) ? from[i] : to[i];
	return 0;
}

static int32_t change_geometry(const double *from)
{
	for (int i = 0; i < 21; i++)
		if (!is_near(from[i]) || (i >= 15 && from[i] < 0))
			return FOGWOT_E_CONFIG;
	__builtin_memcpy(&kept.geometry, from, sizeof kept.geometry);
	return 0;
}

FOGWOT_EXPORT(init) int32_t init(int32_t length)
{
	const int32_t with_settings = sizeof kept.settings, with_geometry = with_settings + sizeof kept.geometry;
	int32_t code = length == 0 || length == with_settings || length == with_geometry ? 0 : FOGWOT_E_LENGTH;

	__builtin_memset(&kept, 0, sizeof kept);
	kept.settings = DEFAULT_SETTINGS;
	kept.geometry = DEFAULT_GEOMETRY;
	if (code == 0 && length > 0)
		code = change_settings(in.numbers);
	if (code == 0 && length == with_geometry)
		code = change_geometry(in.numbers + sizeof kept.settings / 8);
	kept.is_ready = code == 0;
	return code;
}

static void move_obstacles(double elapsed_ms)
{
	for (int i = 0; i < kept.obstacles; i++) {
		struct obstacle *o = &kept.obstacle[i];
		for (int k = 0; k < 3; k++) {
			double step = o->told.velocity[k] * elapsed_ms;
			o->told.ends[k] += step;
			o->told.ends[k + 3] += step;
		}
		o->age_ms += elapsed_ms;
	}
}

static int32_t tell_obstacle(const struct told *told)
{
	int index = 0;

	while (index < kept.obstacles && kept.obstacle[index].told.id != told->id)
		index++;
	if (told->radius < 0) {
		if (index < kept.obstacles)
			kept.obstacle[index] = kept.obstacle[--kept.obstacles];
		return 0;
	}
	if (index == MAX_OBSTACLES)
		return FOGWOT_E_SPACE;
	if (index == kept.obstacles)
		kept.obstacles++;
	kept.obstacle[index].told = *told;
	kept.obstacle[index].age_ms = 0;
	return 0;
}

static void decide(struct decision *to)
{
	const struct settings *set = &kept.settings;
	double nearest = __builtin_inf();
	int32_t link = -1, obstacle = -1, flags = kept.is_speed_known ? 0 : SPEED_UNKNOWN;
	double speed = kept.is_speed_known ? kept.speed : set->unknown_speed;
	double required = set->offset_mm + set->reaction_ms * speed;

	for (int i = 0; i < kept.obstacles; i++) {
		const struct obstacle *o = &kept.obstacle[i];
		if (set->stale_ms > 0 && o->age_ms > set->stale_ms)
			flags |= OBSTACLE_STALE;
		for (int l = 0; l < LINKS; l++) {
			/* The forearm begins behind its offset. */
			const double *start = kept.points + 3 * (l > 2 ? l + 1 : l);
			double distance = __builtin_sqrt(arm_squared_distance(start, o->told.ends)) -
					  kept.geometry.radius[l] - o->told.radius;
			if (distance < nearest) {
				nearest = distance;
				link = l;
				obstacle = o->told.id;
			}
		}
	}
	if (nearest < (kept.is_stopped ? required + set->release_margin_mm : required) || flags & OBSTACLE_STALE)
		flags |= STOP;
	*to = (struct decision){ kept.number, nearest, required, speed, link, obstacle, flags, 0 };
}

static int is_news(int32_t is_stopped)
{
	int is_change = is_stopped != kept.is_stopped;

	kept.is_stopped = is_stopped;
	if (!is_change && (!is_stopped || kept.settings.repeat_poses < 1))
		return 0;
	if (!is_change && ++kept.since_stop < kept.settings.repeat_poses)
		return 0;
	kept.since_stop = 0;
	return 1;
}

static void tell(struct decision *to)
{
	decide(to);
	if (is_news(to->flags & STOP))
		fogwot_emit(SAID_STOP, to, sizeof *to);
}

static void follow_pose(const struct pose *pose)
{
	double gap = pose->number - kept.number;
	double moved = arm_place(&kept.geometry, pose->axes, kept.points);
	double elapsed_ms = gap * kept.settings.pose_interval_ms;

	kept.is_speed_known = kept.has_pose && gap >= 1 && gap <= MAX_GAP_POSES;
	if (kept.is_speed_known)
		kept.speed = __builtin_sqrt(moved) / elapsed_ms;
	if (kept.has_pose)
		move_obstacles(kept.is_speed_known ? elapsed_ms : kept.settings.pose_interval_ms);
	kept.number = pose->number;
	kept.has_pose = 1;
}

static int32_t follow_poses(int32_t length)
{
	int32_t count = length / (int32_t)sizeof(struct pose);

	if (length % (int32_t)sizeof(struct pose) != 0)
		return FOGWOT_E_LENGTH;
	for (int32_t i = 0; i < length / 8; i++)
		if (!is_near(in.numbers[i]))
			return FOGWOT_E_VALUE;
	for (int32_t i = 0; i < count; i++) {
		follow_pose(&in.poses[i]);
		tell(&out.decisions[i]);
	}
	return count * (int32_t)sizeof(struct decision);
}

static int32_t follow_obstacles(int32_t length)
{
	if (length % (int32_t)sizeof(struct told) != 0)
		return FOGWOT_E_LENGTH;
	for (int32_t i = 0; i < length / (int32_t)sizeof(struct told); i++) {
		const double *numbers = &in.told[i].radius;
		int32_t code;
		for (int k = 0; k < 10; k++)
			if (!is_near(numbers[k]))
				return FOGWOT_E_VALUE;
		code = tell_obstacle(&in.told[i]);
		if (code != 0)
			return code;
	}
	if (!kept.has_pose)
		return 0;
	tell(out.decisions);
	return sizeof(struct decision);
}

FOGWOT_EXPORT(process) int32_t process(int32_t port, int32_t length)
{
	int32_t code;

	if (!kept.is_ready)
		return NOT_READY;
	if (port == POSES)
		return follow_poses(length);
	if (port == OBSTACLES)
		return follow_obstacles(length);
	if (port != SETTINGS)
		return FOGWOT_E_PORT;
	if (length != sizeof kept.settings)
		return FOGWOT_E_LENGTH;
	code = change_settings(in.numbers);
	if (code == 0)
		fogwot_emit(SETTINGS_IN_FORCE, &kept.settings, sizeof kept.settings);
	return code;
}

FOGWOT_EXPORT(state_save) int32_t state_save(void)
{
	__builtin_memcpy(out.bytes, &kept, sizeof kept);
	return sizeof kept;
}

FOGWOT_EXPORT(state_load) int32_t state_load(int32_t length, int32_t version)
{
	const int32_t *obstacles = (const int32_t *)(in.bytes + __builtin_offsetof(__typeof__(kept), obstacles));

	if (version != STATE_VERSION || length != sizeof kept)
		return FOGWOT_E_STATE;
	if (*obstacles < 0 || *obstacles > MAX_OBSTACLES)
		return FOGWOT_E_STATE;
	__builtin_memcpy(&kept, in.bytes, sizeof kept);
	return 0;
}
