package io.lianhu.devstack;

/** Hears what the stack is doing, one readable line per step. Called from several threads at once. */
@FunctionalInterface
public interface Progress {
    void report(String line);

    /** Prints each line on standard output. */
    static Progress printed() {
        return System.out::println;
    }
}
