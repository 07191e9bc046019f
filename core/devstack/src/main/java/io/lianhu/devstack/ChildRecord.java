package io.lianhu.devstack;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is remembered of one process so that a later start finds it again and nobody else: a pid alone may long have
 * passed to a stranger.
 *
 * @param startedAt when the system says the process began, ISO-8601
 * @param command the real path of its executable
 * @param stopSignal the signal that makes it end in good order, without SIG
 * @param owner the process that answers for it
 */
record ChildRecord(String name, long pid, String startedAt, String command, String stopSignal, Owner owner) {
    /** The process that started the child, and will stop it. */
    record Owner(long pid, String startedAt) {
        static Owner current() {
            return of(ProcessHandle.current());
        }

        static Owner of(ProcessHandle process) {
            return new Owner(process.pid(), startOf(process).toString());
        }

        boolean alive() {
            return ProcessHandle.of(pid)
                    .filter(process -> process.isAlive() && sameInstant(Instant.parse(startedAt), startOf(process)))
                    .isPresent();
        }
    }

    /** What to do about a record that is found at a start. */
    enum Verdict {
        /** Its owner lives and looks after it. */
        LEAVE,
        /** It has ended, or its pid belongs to somebody else now. */
        FORGET,
        /** An orphan of ours. */
        REAP
    }

    // Linux derives the instant from the boot time, which moves a little when the clock is set.
    private static final Duration CLOCK_SLACK = Duration.ofSeconds(3);

    /** What the system says of a living process. */
    record Sighting(Instant startedAt, String command) {
        static Optional<Sighting> of(long pid) {
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).flatMap(process -> process.info()
                    .command()
                    .map(command -> new Sighting(startOf(process), command)));
        }
    }

    static ChildRecord of(String name, ProcessHandle process, Path executable, String stopSignal) {
        return new ChildRecord(
                name, process.pid(), startOf(process).toString(), executable.toString(), stopSignal, Owner.current());
    }

    static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    static boolean sameInstant(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(CLOCK_SLACK) <= 0;
    }

    boolean is(Optional<Sighting> sighting) {
        return sighting.filter(seen ->
                        sameInstant(Instant.parse(startedAt), seen.startedAt()) && command.equals(seen.command()))
                .isPresent();
    }

    Verdict verdict(boolean ownerAlive, Optional<Sighting> sighting) {
        if (!is(sighting)) {
            return Verdict.FORGET;
        }
        return ownerAlive ? Verdict.LEAVE : Verdict.REAP;
    }
}
