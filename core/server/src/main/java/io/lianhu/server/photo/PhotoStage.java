package io.lianhu.server.photo;

/** When a photo was taken. */
public enum PhotoStage {
    REPORT,
    HANDLING
}
