/* Work of any size: as ../assembly/index.ts. */
#include <fogwot_processor.h>

static double in[2], out[1];

FOGWOT_EXPORT(abi) int32_t abi(void) { return FOGWOT_ABI; }
FOGWOT_EXPORT(in_ptr) int32_t in_ptr(void) { return (int32_t)(intptr_t)in; }
FOGWOT_EXPORT(in_cap) int32_t in_cap(void) { return sizeof in; }
FOGWOT_EXPORT(out_ptr) int32_t out_ptr(void) { return (int32_t)(intptr_t)out; }
FOGWOT_EXPORT(out_cap) int32_t out_cap(void) { return sizeof out; }
FOGWOT_EXPORT(init) int32_t init(int32_t length) { return length == 0 ? 0 : FOGWOT_E_LENGTH; }
FOGWOT_EXPORT(state_save) int32_t state_save(void) { return 0; }
FOGWOT_EXPORT(state_load) int32_t state_load(int32_t length, int32_t version) { return (void)length, (void)version, FOGWOT_E_STATE; }

FOGWOT_EXPORT(process) int32_t process(int32_t port, int32_t length)
{
	int32_t rounds;
	double x = in[1], sum = 0;

	if (port != 0)
		return FOGWOT_E_PORT;
	if (length != sizeof in)
		return FOGWOT_E_LENGTH;
	__builtin_memcpy(&rounds, in, 4);
	for (int32_t i = 0; i < rounds; i++) {
		double z = x * x, w = z * z;
		double near = 1 + z * -0.16666666666666666 + w * (0.008333333333333333 + z * -0.0001984126984126984);
		sum += x * near;
		x = x < 1.5 ? x + 0.001 : x - 1.5;
	}
	out[0] = sum;
	return sizeof out;
}
