package io.lianhu.server.feature;

/** What goes on by itself while the server runs, such as a sweep over what is due. */
public interface BackgroundWork {

    /** Called once, when all stands that the server needs; does not block. It ends with the server. */
    void start();
}
