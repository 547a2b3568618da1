/* The processor `kuka-axes` in C, for the same ABI and with the same records, state and results as ../assembly. */
#include "decoder.h"
#include <fogwot_processor.h>

#define NOT_READY FOGWOT_E_OWN
#define STATE_VERSION 1
#define STEPS_PER_UNIT 100000
#define STATUS_BYTES 112

enum port { BYTES, LIMITS, STATUS };
enum sent { LIMIT_IN_FORCE = 1, ACKNOWLEDGEMENT = 2 };

struct limit {
	double min, max, max_speed;
};

struct config {
	int32_t dialect, spare;
	double pose_interval_ms;
	struct limit limit[AXES];
};

struct limit_record {
	int32_t axis, spare;
	struct limit limit;
};

static const struct config DEFAULTS = {
	NONE, 0, 65.625,
	{ { -185, 185, 110 }, { -146, 0, 110 }, { -119, 155, 110 }, { -350, 350, 180 }, { -125, 125, 180 },
	  { -350, 350, 260 }, { -20000, 20000, 2000 } },
};

FOGWOT_EXPORT(abi) int32_t abi(void) { return FOGWOT_ABI | FOGWOT_STATE; }
FOGWOT_EXPORT(in_ptr) int32_t in_ptr(void) { return (int32_t)(intptr_t)kuka.in; }
FOGWOT_EXPORT(in_cap) int32_t in_cap(void) { return IN_BYTES; }
FOGWOT_EXPORT(out_ptr) int32_t out_ptr(void) { return (int32_t)(intptr_t)kuka_out; }
FOGWOT_EXPORT(out_cap) int32_t out_cap(void) { return OUT_BYTES; }

void kuka_acknowledge(int32_t id, int32_t status)
{
	static int32_t record[2];

	record[0] = id;
	record[1] = status;
	fogwot_emit(ACKNOWLEDGEMENT, record, sizeof record);
}

static int is_limit(const struct limit *l)
{
	return l->min >= -21474 && l->max <= 21474 && l->min <= l->max && l->max_speed > 0 && l->max_speed <= 100000;
}

static void set_limit(int axis, const struct limit *l)
{
	struct axis *a = &kuka.state.axis[axis];

	a->low = l->min * STEPS_PER_UNIT;
	a->high = l->max * STEPS_PER_UNIT;
	a->reach = (l->max_speed * STEPS_PER_UNIT * kuka.state.pose_interval_ms) / 1000;
}

FOGWOT_EXPORT(init) int32_t init(int32_t length)
{
	struct state *s = &kuka.state;
	struct config config = DEFAULTS;

	__builtin_memset(s, 0, sizeof *s);
	s->last_pose = -1;
	if (length != 0 && length != sizeof config)
		return FOGWOT_E_CONFIG;
	if (length != 0)
		__builtin_memcpy(&config, kuka.in, sizeof config);
	if (config.dialect < NONE || config.dialect > CHECKED)
		return FOGWOT_E_CONFIG;
	if (!(config.pose_interval_ms >= 1 && config.pose_interval_ms <= 10000))
		return FOGWOT_E_CONFIG;
	for (int i = 0; i < AXES; i++)
		if (!is_limit(&config.limit[i]))
			return FOGWOT_E_CONFIG;
	s->is_auto = config.dialect == NONE;
	s->is_settled = !s->is_auto;
	s->dialect = config.dialect;
	s->pose_interval_ms = config.pose_interval_ms;
	for (int i = 0; i < AXES; i++)
		set_limit(i, &config.limit[i]);
	s->is_ready = 1;
	return 0;
}

static int32_t change_limits(int32_t length)
{
	const int32_t count = length / (int32_t)sizeof(struct limit_record);
	struct limit_record record;

	if (length % (int32_t)sizeof record != 0)
		return FOGWOT_E_LENGTH;
	for (int32_t i = 0; i < count; i++) {
		__builtin_memcpy(&record, kuka.in + i * sizeof record, sizeof record);
		if (record.axis < 1 || record.axis > AXES || !is_limit(&record.limit))
			return FOGWOT_E_CONFIG;
	}
	for (int32_t i = 0; i < count; i++) {
		__builtin_memcpy(&record, kuka.in + i * sizeof record, sizeof record);
		set_limit(record.axis - 1, &record.limit);
		fogwot_emit(LIMIT_IN_FORCE, kuka.in + i * sizeof record, sizeof record);
	}
	return 0;
}

static int32_t tell(void)
{
	int32_t head[2] = { kuka.state.is_settled ? kuka.state.dialect : NONE, 0 };

	__builtin_memcpy(kuka_out, head, sizeof head);
	__builtin_memcpy(kuka_out + 1, &kuka.state.count, sizeof kuka.state.count);
	return STATUS_BYTES;
}

FOGWOT_EXPORT(process) int32_t process(int32_t port, int32_t length)
{
	if (!kuka.state.is_ready)
		return NOT_READY;
	if (port == BYTES)
		return kuka_push(length);
	if (port == LIMITS)
		return change_limits(length);
	return port == STATUS ? tell() : FOGWOT_E_PORT;
}

FOGWOT_EXPORT(state_save) int32_t state_save(void)
{
	__builtin_memcpy(kuka_out, &kuka.state, sizeof kuka.state);
	return sizeof kuka.state;
}

FOGWOT_EXPORT(state_load) int32_t state_load(int32_t length, int32_t version)
{
	const struct state *said = (const struct state *)kuka.in;

	if (version != STATE_VERSION || length != sizeof kuka.state)
		return FOGWOT_E_STATE;
	if (said->rest < 0 || said->rest > 8 || said->slot < 0 || said->slot >= AXES)
		return FOGWOT_E_STATE;
	__builtin_memcpy(&kuka.state, kuka.in, sizeof kuka.state);
	return 0;
}
