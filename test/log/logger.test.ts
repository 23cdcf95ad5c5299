/** The logger itself: levels, handlers, and what cannot break it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Handler, type HandlerConfig, LEVELS, type LogEvent, logger } from "../../runtime/index.js";

const test = suite("logger");

/** What a handler gets of what `act` logs. */
function logged(act: () => void, config: Omit<HandlerConfig, "format"> = {}): LogEvent[] {
  const seen: LogEvent[] = [];
  logger.addHandler("seen", (event) => seen.push(event), config);
  try {
    act();
  } finally {
    logger.removeHandler("seen");
    logger.setPrimaryLevel("notice");
  }
  return seen;
}
const messages = (events: LogEvent[]) => events.map(({ msg }) => msg);

test.before(() => logger.removeHandler("default"));
test.after(() => logger.updateHandler("default", { level: "all" }));

test("noticeIsTheLeastThatIsLoggedAtFirst", () => {
  assert.is(logger.primaryLevel, "notice");
  const all = logged(() => {
    for (const level of LEVELS) logger.log(level, level);
  });
  assert.equal(messages(all), ["emergency", "alert", "critical", "error", "warning", "notice"]);
});

for (const [i, primary] of LEVELS.entries())
  test(`primaryLevel ${primary}: itself and what is graver`, () => {
    const all = logged(() => {
      logger.setPrimaryLevel(primary);
      for (const level of LEVELS) logger[level](level);
    });
    assert.equal(messages(all), LEVELS.slice(0, i + 1));
  });

test("primaryLevelsAllAndNone", () => {
  const all = logged(() => {
    logger.setPrimaryLevel("all");
    logger.debug("seen");
    logger.setPrimaryLevel("none");
    logger.emergency("unseen");
    assert.is(logger.primaryLevel, "none");
  });
  assert.equal(messages(all), ["seen"]);
  assert.throws(() => logger.setPrimaryLevel("loud" as never), /not a level: loud; expected emergency, /);
});

test("aMessageFunctionIsCalledOnlyForWhatIsLogged", () => {
  let calls = 0;
  const made = () => `call ${++calls}`;
  assert.equal(
    messages(
      logged(() => {
        logger.info(made);
        logger.notice(made);
      }),
    ),
    ["call 1"],
  );
});

test("aMessageFunctionThatThrowsIsItselfReported", () => {
  const broken = () => {
    throw new Error("cannot say");
  };
  const [event] = logged(() => logger.error(broken)) as [LogEvent];
  const { label, reason } = event.msg as unknown as { label: string[]; reason: Error };
  assert.equal([label, reason.message], [["logger", "messageFunctionThrew"], "cannot say"]);
});

test("levelOfAModuleTakesThePlaceOfThePrimaryLevel", () => {
  const mine = { module: import.meta.url };
  const all = logged(() => {
    logger.setModuleLevel(import.meta.url, "debug");
    logger.debug("mine", mine);
    logger.debug("other", { module: "file:///other.js" });
    logger.setModuleLevel(import.meta.url, "none");
    logger.error("quiet", mine);
    logger.unsetModuleLevel(import.meta.url);
    logger.debug("as before", mine);
    assert.is(logger.allow("notice", import.meta.url), true);
    assert.is(logger.allow("info", import.meta.url), false);
  });
  assert.equal(messages(all), ["mine"]);
});

test("aHandlerHasALevelOfItsOwn", () => {
  const all = logged(
    () => {
      logger.warning("no");
      logger.error("yes");
      logger.updateHandler("seen", { level: "warning" });
      logger.warning("now");
    },
    { level: "error" },
  );
  assert.equal(messages(all), ["yes", "now"]);
});

test("metadataIsTheCallersWithTheTime", () => {
  const before = Date.now();
  const [{ meta }] = logged(() => logger.error("x", { room: 7 })) as [LogEvent];
  assert.ok(meta.time >= before && meta.time <= Date.now());
  assert.equal({ ...meta, time: 0 }, { room: 7, time: 0 });
});

test("aHandlerThatThrowsIsRemovedAndThatIsReported", () => {
  const broken: Handler = () => {
    throw new Error("handler broke");
  };
  logger.addHandler("broken", broken);
  const all = logged(() => {
    logger.error("one");
    logger.error("two");
  });
  const labels = messages(all).map((msg) => (typeof msg === "string" ? msg : msg.label?.join(" ")));
  assert.equal(labels.sort(), ["logger removedFailingHandler", "one", "two"]);
  assert.throws(() => logger.removeHandler("broken"), /there is no handler "broken"/);
});

test("handlersAreKnownByName", () => {
  logged(() => assert.throws(() => logger.addHandler("seen", () => {}), /there is a handler "seen"/));
  assert.throws(() => logger.addHandler("default", () => {}), /there is a handler "default"/);
  assert.throws(() => logger.updateHandler("nobody", {}), /there is no handler "nobody"/);
  assert.throws(() => logger.updateHandler("default", { format: "xml" as never }), /not a format: xml/);
});

test.run();
