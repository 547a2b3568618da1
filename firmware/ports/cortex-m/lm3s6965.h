/* SPDX-License-Identifier: MIT */
/* Registers of the Stellaris LM3S6965 (Cortex-M3) that the port uses, by the names of its data sheet. */
#ifndef FOGWOT_LM3S6965_H
#define FOGWOT_LM3S6965_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

/* System control: 8 MHz crystal, PLL, divided to 50 MHz. */
#define SYSCTL_RIS 0x400fe050u
#define SYSCTL_RIS_PLL_LOCKED (1u << 6)
#define SYSCTL_RCC 0x400fe060u
#define SYSCTL_RCC_MAIN_OFF (1u << 0)
#define SYSCTL_RCC_SOURCE (3u << 4)
#define SYSCTL_RCC_CRYSTAL (0xfu << 6)
#define SYSCTL_RCC_CRYSTAL_8MHZ (0xeu << 6)
#define SYSCTL_RCC_BYPASS (1u << 11)
#define SYSCTL_RCC_PLL_OFF (1u << 13)
#define SYSCTL_RCC_USE_DIVIDER (1u << 22)
#define SYSCTL_RCC_DIVIDER (0xfu << 23)
#define SYSCTL_RCC_DIVIDE_BY_4 (3u << 23)
#define SYSCTL_RCGC0 0x400fe100u /* clocks of peripherals */
#define SYSCTL_RCGC0_ADC (1u << 16)
#define SYSCTL_RCGC1 0x400fe104u
#define SYSCTL_RCGC1_UART0 (1u << 0)
#define SYSCTL_RCGC1_TIMER0 (1u << 16)
#define SYSCTL_RCGC2 0x400fe108u
#define SYSCTL_RCGC2_GPIOA (1u << 0)
#define CLOCK_HZ 50000000u

#define GPIOA_AFSEL 0x40004420u
#define GPIOA_DEN 0x4000451cu
#define GPIOA_UART0_PINS 3u

#define UART0_DR 0x4000c000u
#define UART0_FR 0x4000c018u
#define UART0_FR_RX_EMPTY (1u << 4)
#define UART0_FR_TX_FULL (1u << 5)
#define UART0_IBRD 0x4000c024u
#define UART0_FBRD 0x4000c028u
#define UART0_LCRH 0x4000c02cu
#define UART0_LCRH_8N1 (3u << 5)
#define UART0_CTL 0x4000c030u
#define UART0_CTL_ON 0x301u
#define UART0_IM 0x4000c038u
#define UART0_RX (1u << 4)
#define UART0_ICR 0x4000c044u
#define UART0_IRQ 5

/* Timer 0 starts a conversion each time it runs out. */
#define TIMER0_CFG 0x40030000u
#define TIMER0_TAMR 0x40030004u
#define TIMER0_TAMR_PERIODIC 2u
#define TIMER0_CTL 0x4003000cu
#define TIMER0_CTL_ON_TRIGGERING 0x21u
#define TIMER0_TAILR 0x40030028u

/* Sample sequencer 3: one conversion of one input. */
#define ADC_ACTSS 0x40038000u
#define ADC_SEQUENCER_3 (1u << 3)
#define ADC_EMUX 0x40038014u
#define ADC_EMUX_3_TIMER (5u << 12)
#define ADC_SSMUX3 0x400380a0u
#define ADC_SSCTL3 0x400380a4u
#define ADC_SSCTL_END 6u
#define ADC_SSFIFO3 0x400380a8u
#define ADC_SSFSTAT3 0x400380acu
#define ADC_SSFSTAT_EMPTY (1u << 8)

#define SYSTICK_CTRL 0xe000e010u
#define SYSTICK_CTRL_ON 7u
#define SYSTICK_LOAD 0xe000e014u
#define SYSTICK_VAL 0xe000e018u
#define NVIC_ISER0 0xe000e100u
#define SCB_AIRCR 0xe000ed0cu
#define SCB_AIRCR_RESET 0x05fa0004u

/* Of main.c, in the vector table. */
void systick_handler(void);
void uart0_handler(void);

#endif
