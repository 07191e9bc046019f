package io.lianhu.server.resident;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GramsTest {

    @Test
    void aNameIsFoundByOneCharacterOrByTwo() {
        assertEquals(List.of("n王"), Grams.ofName("王"));
        assertEquals(List.of("n王小", "n小梅"), Grams.ofName("王小梅"));
    }

    @Test
    void charactersBeyondTheBasicPlaneAreOneEach() {
        assertEquals(List.of("n𠮷"), Grams.ofName("𠮷"));
        assertEquals(List.of("a𠮷家"), Grams.ofAddress("𠮷家"));
    }

    @Test
    void ofALongAddressFourGramsFarApartAreEnough() {
        assertEquals(List.of("a高寨", "a村一", "a组1", "a号楼"), Grams.ofAddress("高寨村一组12号楼"));
    }

    @Test
    void blanksCaseAndWidthAreNoDifference() {
        assertEquals("高寨村a12号", Grams.normalised(" 高寨村 Ａ１２号"));
    }
}
