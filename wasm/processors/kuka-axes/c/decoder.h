/* State and settings of kuka-axes.c: all that state_save hands out, laid out as in ../assembly/state.ts. */
#ifndef FOGWOT_KUKA_DECODER_H
#define FOGWOT_KUKA_DECODER_H

#include <stdint.h>

#define AXES 7
#define FRAME_BYTES 9
#define IN_BYTES 4096
#define OUT_BYTES (72 * 64)

enum dialect { NONE = -1, SPACE, ZERO, SIGN, CHECKED };
enum verdict { REFUSED, BELIEVED, SETTLING };

struct axis {
	/* In steps; reach: in a pose interval. */
	double low, high, reach;
	double value, velocity, pose;
	double candidate, candidate_pose;
	int32_t is_known, has_velocity, chain, spare;
	/* Last value that was believed, in units. */
	double kept;
};

struct counters {
	double bytes, frames, poses, lost_poses, skipped_bytes, resyncs;
	double rejected_framing, rejected_crc, rejected_range, rejected_order, rejected_speed;
	double acknowledgements, dialects_seen;
};

struct state {
	int32_t is_ready, is_auto, dialect, is_settled, streak, shift, mask, rest, has_frame, slot;
	int64_t skipped;
	double pose, kept_pose, last_pose, pose_interval_ms;
	struct counters count;
	struct axis axis[AXES];
	/* The rest of a frame lies right before the in-buffer. */
	uint8_t rest_bytes[16];
};

extern struct kuka {
	struct state state;
	uint8_t in[IN_BYTES];
} kuka;
extern double kuka_out[OUT_BYTES / 8];

/* Bytes in the in-buffer to poses in the out-buffer; returns the poses' bytes. */
int32_t kuka_push(int32_t length);
/* An answer of the controller. */
void kuka_acknowledge(int32_t id, int32_t status);

enum verdict kuka_judge(struct axis *a, double value, double pose);
int kuka_judge_checked(struct axis *a, double value, double pose);
void kuka_reset_plausibility(void);

#endif
