package io.lianhu.devstack;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** A JVM with a stack of PostgreSQL and Redis, for the test that kills it. Prints the pids, and at its end which child ends. */
final class SmallStack {
    private SmallStack() {}

    static Stack start(Path dir, Path software, Ports ports, Progress progress) {
        return Stack.start(
                new Stack.Plan(dir, software, ports, false, Set.of(Stack.Service.POSTGRES, Stack.Service.REDIS)),
                progress);
    }

    public static void main(String[] arguments) throws Exception {
        Children.tellEnds(System.out::println);
        Progress log = line -> System.err.println(line);
        try (Stack stack = start(Path.of(arguments[0]), Path.of(arguments[1]), Ports.automatic(), log)) {
            System.out.println(stack.pids().stream().map(String::valueOf).collect(Collectors.joining(" ")));
            while (System.in.read() >= 0) {}
        }
    }
}
