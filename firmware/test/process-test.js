"use strict";
/** The emulated board as a process: `node process-test.js <fogwot-board>`. One line per test, then the count. */
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const {
  startBoard,
  openClient,
  boardRunner,
  frame,
  query,
  set,
  parse,
  vectors,
  within,
} = require("./bench.js");
const { isAlive, usage } = require("./process-info.js");

const executable = process.argv[2];
const withBoard = boardRunner(executable);
const isSanitized = executable.includes("sanitized");
const MALFORMED = 100_000;
/** Malformed datagrams between two queries: few enough for any socket buffer, so that none is lost and the count is exact. */
const BATCH = 100;
const SILENCE_MS = 200;

const tests = {
  async "the first line says that the board is ready and where"() {
    const board = startBoard(executable);
    const ready = JSON.parse(await board.line());
    assert.equal(ready.ready, true);
    assert.match(ready.udp, /^127\.0\.0\.1:[1-9]\d*$/);
    await board.stop();
  },

  async "a query right after the ready line is answered with a DHT11's whole degrees and percent"() {
    await withBoard([], async (client) => {
      const reading = parse(await client.ask(query(513)));
      assert.equal(reading.ok, true);
      assert.equal(reading.type, 2);
      assert.equal(reading.sequence, 513);
      assert.ok(reading.values[1] >= 0 && reading.values[1] <= 50_000);
      assert.ok(reading.values[2] >= 20_000 && reading.values[2] <= 90_000);
      assert.equal(reading.values[1] % 1000, 0);
      assert.equal(reading.values[2] % 1000, 0);
    });
  },

  async "the seed makes the air: same seed same reading, other seeds other readings"() {
    const readings = new Map();
    for (const seed of ["1", "1", "2", "3", "18446744073709551615"]) {
      await withBoard(["--seed", seed], async (client) => {
        const { values } = parse(await client.ask(query(1)));
        const text = JSON.stringify(values);
        assert.equal(readings.get(seed) ?? text, text);
        readings.set(seed, text);
      });
    }
    assert.ok(new Set(readings.values()).size > 1);
  },

  async "sets are acknowledged, refused and deduplicated over the wire"() {
    await withBoard([], async (client) => {
      assert.deepEqual(parse(await client.ask(set(1, 1, 2000))), {
        ok: true,
        type: 4,
        sequence: 1,
      });
      assert.equal(parse(await client.ask(set(2, 1, 999))).code, 4);
      assert.equal(parse(await client.ask(set(3, 99, 1))).code, 3);
      assert.equal(parse(await client.ask(set(4, 0, 0))).type, 4);
      assert.equal(parse(await client.ask(set(4, 0, 0))).type, 4);
    });
  },

  async "a threshold below the temperature is pushed to the last querier with the next sample"() {
    await withBoard([], async (client, _board, port) => {
      const other = await openClient(port);
      const { values } = parse(await client.ask(query(1)));
      await other.ask(set(1, 2, values[1] - 5000));
      const push = parse(await client.receive());
      other.close();
      assert.equal(push.ok, true);
      assert.equal(push.type, 5);
      assert.equal(push.sequence, 1);
      assert.ok(push.values[1] > values[1] - 5000);
    });
  },

  async "SIGUSR1 makes the board silent and SIGUSR2 makes it answer again"() {
    await withBoard([], async (client, board) => {
      board.child.kill("SIGUSR1");
      assert.equal(await board.line(), '{"silent":true}');
      await client.send(query(1));
      await assert.rejects(client.receive(SILENCE_MS));
      board.child.kill("SIGUSR2");
      assert.equal(await board.line(), '{"silent":false}');
      assert.equal(parse(await client.ask(query(2))).sequence, 2);
    });
  },

  async "SIGUSR1 and SIGUSR2 that a busy machine delivers together are handled in this order"() {
    await withBoard([], async (client, board) => {
      for (const signal of ["SIGSTOP", "SIGUSR1", "SIGUSR2", "SIGCONT"]) board.child.kill(signal);
      assert.equal(parse(await client.ask(query(1))).type, 2);
    });
  },

  async "--silent starts without answering, and SIGUSR2 ends that"() {
    await withBoard(["--silent"], async (client, board) => {
      await client.send(query(1));
      await assert.rejects(client.receive(SILENCE_MS));
      board.child.kill("SIGUSR2");
      assert.equal(await board.line(), '{"silent":false}');
      assert.equal(parse(await client.ask(query(2))).sequence, 2);
    });
  },

  async "a failing sensor is answered with error 5 until the first good sample"() {
    await withBoard(["--sensor-faults", "1"], async (client) => {
      assert.equal(parse(await client.ask(query(1))).code, 5);
      let answer;
      for (let sequence = 2; answer?.type !== 2 && sequence < 500; sequence++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        answer = parse(await client.ask(query(sequence)));
      }
      assert.equal(answer.type, 2);
    });
    await withBoard(["--sensor-faults", "all"], async (client) => {
      assert.equal(parse(await client.ask(query(1))).code, 5);
    });
  },

  async "every malformed vector is answered over the wire as the vector says"() {
    for (const vector of vectors("malformed")) {
      await withBoard([], async (client) => {
        await client.send(Buffer.from(vector.hex, "hex"));
        if (vector.boardAnswer !== null) {
          assert.equal(
            (await client.receive()).toString("hex"),
            vector.boardAnswer.hex,
            vector.name,
          );
        }
        assert.equal(parse(await client.ask(query(9))).type, 2, vector.name);
        assert.equal(client.pending(), 0, vector.name);
      });
    }
  },

  async "100000 malformed datagrams are counted exactly, and the board answers, its memory and files as before"() {
    const board = startBoard(executable, ["--report"]);
    const client = await openClient(await board.port());
    const bad = vectors("malformed").filter((vector) => vector.boardAnswer === null);
    const wanted = Object.fromEntries(bad.map((vector) => [vector.fault, 0]));
    let warm;
    for (let sent = 0; sent < MALFORMED; ) {
      for (let i = 0; i < BATCH; i++, sent++) {
        const vector = bad[sent % bad.length];
        wanted[vector.fault]++;
        await client.send(Buffer.from(vector.hex, "hex"));
      }
      assert.equal(parse(await client.ask(query(1))).type, 2);
      if (sent === MALFORMED / 10) warm = usage(board.child.pid);
    }
    const after = usage(board.child.pid);
    assert.equal(after.files, warm.files);
    if (!isSanitized)
      assert.ok(after.pages - warm.pages <= 16, `${after.pages - warm.pages} pages more`);
    client.close();
    await board.stop();
    const report = JSON.parse(await board.line());
    for (const [fault, count] of Object.entries(wanted))
      assert.equal(report.malformed[fault], count, fault);
    assert.equal(report.queries, MALFORMED / BATCH);
  },

  async "the largest datagram there is, and one of 75 bytes, are counted and disturb nothing"() {
    await withBoard(["--report"], async (client) => {
      for (const size of [75, 76, 1500, 65_507]) {
        await client.send(Buffer.concat([frame(1, 1), Buffer.alloc(size - 10)]));
      }
      assert.equal(parse(await client.ask(query(3))).sequence, 3);
      assert.equal(client.pending(), 0);
    });
  },

  async "a push to a querier that is gone leaves the board answering the others"() {
    const board = startBoard(executable, ["--report"]);
    const port = await board.port();
    const client = await openClient(port);
    const gone = await openClient(port);
    const { values } = parse(await gone.ask(query(1)));
    gone.close();
    await client.ask(set(1, 2, values[1] - 5000));
    for (let sequence = 2; sequence < 32; sequence++) {
      await new Promise((resolve) => setTimeout(resolve, 50)); // the second until the next sample, without a query
      assert.equal(parse(await client.ask(set(sequence, 1, 1000))).type, 4);
    }
    assert.equal(parse(await client.ask(query(3))).type, 2);
    client.close();
    await board.stop();
    assert.equal(JSON.parse(await board.line()).pushes, 1);
  },

  async "the end of standard input ends the board with 0"() {
    const board = startBoard(executable);
    await board.line();
    board.child.stdin.end();
    assert.equal((await board.exited()).code, 0);
  },

  async "SIGTERM and SIGINT end the board with 0 and its report"() {
    for (const signal of ["SIGTERM", "SIGINT"]) {
      const board = startBoard(executable, ["--report"]);
      await board.line();
      board.child.kill(signal);
      assert.equal((await board.exited()).code, 0);
      assert.equal(JSON.parse(await board.line()).stopped, true);
    }
  },

  async "kill -9 of the parent ends the board although its standard input stays open"() {
    const script = '"$0" --type climate-dht11 <&3 & echo $!; wait';
    const parent = spawn("/bin/sh", ["-c", script, executable], {
      stdio: ["ignore", "pipe", "inherit", "pipe"],
    });
    let text = "";
    await within(
      new Promise((resolve) => {
        parent.stdout.on("data", (data) => {
          text += data;
          if (text.includes("ready") && /^\d+$/m.test(text)) resolve();
        });
      }),
      "the ready line",
    );
    const closed = new Promise((resolve) => parent.stdout.on("close", resolve));
    parent.kill("SIGKILL");
    await within(closed, "the board's end"); // it held the other end of this pipe
    const pid = Number(/^(\d+)$/m.exec(text)[1]);
    for (let tries = 0; isAlive(pid) && tries < 500; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10)); // files are closed a moment before the end
    }
    assert.equal(isAlive(pid), false);
    parent.stdio[3].destroy();
  },

  async "wrong use ends with 2 and says what was got and what is wanted"() {
    const uses = [
      [["--type", "toaster"], /--type: got "toaster", wanted .*climate-dht11/],
      [["--udp", "127.0.0.1"], /--udp: got "127.0.0.1", wanted an IPv4 address and port/],
      [["--udp", "127.0.0.1:65536"], /--udp: got "127.0.0.1:65536"/],
      [["--udp", "0.0.0.0:0"], /--udp: got "0.0.0.0", wanted a loopback address/],
      [["--seed", "-1"], /--seed: got "-1"/],
      [["--seed"], /--seed: got nothing/],
      [["--reading-period-ms", "999"], /--reading-period-ms: got "999", wanted 1000/],
      [["--sensor-faults", "some"], /--sensor-faults: got "some"/],
      [["--unheard-of", "1"], /got "--unheard-of"/],
      [["loose"], /got "loose"/],
    ];
    for (const [options, message] of uses) {
      const { code, stderr } = await startBoard(executable, options).exited();
      assert.equal(code, 2, options.join(" "));
      assert.match(stderr, message);
    }
  },

  async "a port in use ends with 1 and names the address"() {
    await withBoard([], async (_client, _board, port) => {
      const second = await startBoard(executable, ["--udp", `127.0.0.1:${port}`]).exited();
      assert.equal(second.code, 1);
      assert.match(
        second.stderr,
        new RegExp(`--udp 127\\.0\\.0\\.1:${port}: Address already in use`),
      );
    });
  },
};

async function main() {
  let failed = 0;
  for (const [title, test] of Object.entries(tests)) {
    try {
      await test();
      process.stdout.write(`ok      ${title}\n`);
    } catch (error) {
      failed++;
      process.stdout.write(
        `FAILED  ${title}\n        ${error.stack.replaceAll("\n", "\n        ")}\n`,
      );
    }
  }
  process.stdout.write(`${Object.keys(tests).length - failed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
