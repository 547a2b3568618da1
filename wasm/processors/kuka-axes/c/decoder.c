/* Framing, resynchronisation and dialect, as ../decoder.ts, which says why. */
#include "decoder.h"

#define MARK 0xa0
#define ACKNOWLEDGEMENT_AXIS 101
#define ACKNOWLEDGEMENT_MARK 0xa8
#define PLAIN_STREAK 3
#define CHECKED_STREAK 2
#define LOST_BYTES (4 * 63)
#define MAX_POSE_LEAP 1000
#define COMPLETE 127
#define STEPS_PER_UNIT 100000

struct kuka kuka;
double kuka_out[OUT_BYTES / 8];
static double *out;

static uint32_t get_u32(const uint8_t *at)
{
	uint32_t value;

	__builtin_memcpy(&value, at, 4);
	return value;
}

static int32_t get_u16(const uint8_t *at)
{
	return at[0] | at[1] << 8;
}

static int32_t crc16(const uint8_t *bytes, int length)
{
	uint32_t crc = 0xffff;

	for (int i = 0; i < length; i++) {
		uint32_t x = (crc >> 8) ^ bytes[i];
		x ^= x >> 4;
		crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff;
	}
	return (int32_t)crc;
}

static int is_sound(const uint8_t *at)
{
	return get_u16(at + 7) == crc16(at, 7);
}

/* Counted where a frame was due; what is seen between two is no frame at all. */
static int reject(struct state *s, double *counter)
{
	if (s->is_settled && s->skipped % FRAME_BYTES == 0)
		*counter += 1;
	return 0;
}

static void forget(struct state *s, enum dialect dialect)
{
	s->dialect = dialect;
	s->is_settled = 0;
	s->streak = 0;
	s->has_frame = 0;
	s->shift = 0;
	s->mask = 0;
	kuka_reset_plausibility();
}

static void skip(struct state *s)
{
	s->skipped++;
	s->count.skipped_bytes += 1;
	s->streak = 0;
	if (s->is_auto && s->is_settled && s->skipped > LOST_BYTES)
		forget(s, NONE);
}

static enum dialect dialect_at(const uint8_t *at)
{
	uint32_t axis = get_u32(at);

	if (at[0] > MARK && at[0] <= MARK + AXES)
		return is_sound(at) ? CHECKED : NONE;
	if (axis < 1 || axis > AXES)
		return NONE;
	if (at[4] == ' ')
		return SPACE;
	if (at[4] == 0)
		return ZERO;
	return at[4] == '+' || at[4] == '-' ? SIGN : NONE;
}

static int separates(enum dialect dialect, uint8_t separator)
{
	if (dialect == SPACE)
		return separator == ' ';
	if (dialect == ZERO)
		return separator == 0;
	return separator == '+' || separator == '-';
}

static int acknowledge(struct state *s, int32_t value)
{
	uint32_t word = (uint32_t)value & 0xffff;

	if (((uint32_t)value >> 16 ^ word) != 0xffff)
		return reject(s, &s->count.rejected_range);
	s->count.acknowledgements += 1;
	kuka_acknowledge(word & 0xff, word >> 8);
	return 1;
}

static void keep(struct state *s, int slot, double value, double pose)
{
	double missed;

	if (pose != s->kept_pose)
		s->mask = 0;
	s->kept_pose = pose;
	s->axis[slot].kept = value / STEPS_PER_UNIT;
	s->mask |= 1 << slot;
	if (s->mask != COMPLETE || pose == s->last_pose)
		return;
	s->count.poses += 1;
	missed = pose - s->last_pose - 1;
	if (s->last_pose >= 0 && missed > 0 && missed <= MAX_POSE_LEAP)
		s->count.lost_poses += missed;
	s->last_pose = pose;
	*out++ = pose;
	for (int i = 0; i < AXES; i++)
		*out++ = s->axis[i].kept;
}

/* Number of the pose that a frame of this axis belongs to now; -1 where it is out of turn. */
static double place(struct state *s, int slot)
{
	double pose = s->pose;
	int due = s->slot + 1, shift, is_known;

	if (!s->has_frame)
		return s->last_pose + 1;
	if (s->skipped == 0) {
		if (due == AXES) {
			due = 0;
			pose += 1;
		}
	} else {
		int64_t frames = due + (s->skipped * 2 + 9) / 18;
		pose += (double)(frames / AXES);
		due = (int)(frames % AXES);
	}
	shift = slot - due;
	if (shift < 0) {
		shift += AXES;
		pose += 1;
	}
	is_known = shift == 0 || slot == 0 || shift == s->shift;
	s->shift = is_known ? 0 : shift;
	return is_known ? pose : -1;
}

static int take_plain(struct state *s, const uint8_t *at)
{
	uint32_t axis = get_u32(at);
	int32_t said = (int32_t)get_u32(at + 5);
	int slot = (int)axis - 1;
	double value = at[4] == '-' && said > 0 ? -(double)said : (double)said, pose;
	enum verdict verdict;

	if (axis > 255 || !separates(s->dialect, at[4]))
		return reject(s, &s->count.rejected_framing);
	if (axis == ACKNOWLEDGEMENT_AXIS)
		return acknowledge(s, said);
	if (axis < 1 || axis > AXES)
		return reject(s, &s->count.rejected_framing);
	if (value < s->axis[slot].low || value > s->axis[slot].high)
		return reject(s, &s->count.rejected_range);
	pose = place(s, slot);
	if (pose < 0)
		return reject(s, &s->count.rejected_order);
	verdict = kuka_judge(&s->axis[slot], value, pose);
	if (verdict == REFUSED)
		return reject(s, &s->count.rejected_speed);
	s->has_frame = 1;
	s->pose = pose;
	s->slot = slot;
	if (verdict == BELIEVED)
		keep(s, slot, value, pose);
	return 1;
}

/* The controller counts modulo 65,536. */
static double pose_of(struct state *s, int32_t said)
{
	double leap;

	if (!s->has_frame) {
		s->has_frame = 1;
		return s->pose = said;
	}
	leap = (said - (int32_t)(int64_t)s->pose) & 0xffff;
	if (leap > MAX_POSE_LEAP)
		kuka_reset_plausibility();
	return s->pose += leap;
}

static int take_checked(struct state *s, const uint8_t *at)
{
	int32_t said = (int32_t)get_u32(at + 3);
	int slot = at[0] - MARK - 1;
	double pose;

	if (at[0] <= MARK || at[0] > ACKNOWLEDGEMENT_MARK)
		return reject(s, &s->count.rejected_framing);
	if (!is_sound(at))
		return reject(s, &s->count.rejected_crc);
	if (at[0] == ACKNOWLEDGEMENT_MARK)
		return acknowledge(s, said);
	pose = pose_of(s, get_u16(at + 1));
	if (said < s->axis[slot].low || said > s->axis[slot].high)
		reject(s, &s->count.rejected_range);
	else if (!kuka_judge_checked(&s->axis[slot], said, pose))
		reject(s, &s->count.rejected_speed);
	else
		keep(s, slot, said, pose);
	return 1;
}

static int take(struct state *s, const uint8_t *at)
{
	return s->dialect == CHECKED ? take_checked(s, at) : take_plain(s, at);
}

/* A frame of some dialect, while none is settled. */
static int try_any(struct state *s, const uint8_t *at)
{
	enum dialect dialect = dialect_at(at);

	if (dialect == NONE)
		return 0;
	if ((int32_t)dialect != s->dialect || s->streak == 0)
		forget(s, dialect);
	if (!take(s, at))
		return 0;
	s->streak++;
	if (s->streak >= (dialect == CHECKED ? CHECKED_STREAK : PLAIN_STREAK)) {
		s->is_settled = 1;
		s->count.dialects_seen += 1;
	}
	return 1;
}

int32_t kuka_push(int32_t length)
{
	struct state *s = &kuka.state;
	const uint8_t *at = kuka.in - s->rest, *end = kuka.in + length;

	s->count.bytes += length;
	out = kuka_out;
	while (end - at >= FRAME_BYTES) {
		if (s->is_settled ? take(s, at) : try_any(s, at)) {
			s->count.frames += 1;
			if (s->skipped % FRAME_BYTES != 0)
				s->count.resyncs += 1;
			s->skipped = 0;
			at += FRAME_BYTES;
		} else {
			skip(s);
			at++;
		}
	}
	s->rest = (int32_t)(end - at);
	/* Eight bytes at most are left, so these eight hold them all. */
	__builtin_memcpy(kuka.in - 8, end - 8, 8);
	return (int32_t)((out - kuka_out) * 8);
}
