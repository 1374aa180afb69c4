<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>All keys</source>
        <translation>Alle Tasten</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open a take or sound…</source>
        <translation>Take oder Ton öffnen…</translation>
    </message>
    <message>
        <source>Try the demo line</source>
        <translation>Die Beispielzeile ausprobieren</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>All actions…</source>
        <translation>Alle Befehle…</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>&amp;Abspielen</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Abspielen oder anhalten</translation>
    </message>
    <message>
        <source>Loop what is chosen</source>
        <translation>Auswahl wiederholen</translation>
    </message>
    <message>
        <source>Play the chosen sounds</source>
        <translation>Gewählte Laute abspielen</translation>
    </message>
    <message>
        <source>A frame back</source>
        <translation>Ein Bild zurück</translation>
    </message>
    <message>
        <source>A frame on</source>
        <translation>Ein Bild weiter</translation>
    </message>
    <message>
        <source>To the start</source>
        <translation>Zum Anfang</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>Zum Ende</translation>
    </message>
    <message>
        <source>Speed {0:g}</source>
        <translation>Tempo {0:g}</translation>
    </message>
    <message>
        <source>&amp;Sounds</source>
        <translation>&amp;Laute</translation>
    </message>
    <message>
        <source>Split at the cursor</source>
        <translation>Am Cursor teilen</translation>
    </message>
    <message>
        <source>Join the chosen</source>
        <translation>Gewählte verbinden</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Insert at the cursor…</source>
        <translation>Am Cursor einfügen…</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>&amp;Keys</translation>
    </message>
    <message>
        <source>Tangents: {0}</source>
        <translation>Tangenten: {0}</translation>
    </message>
    <message>
        <source>Larger by a tenth</source>
        <translation>Ein Zehntel größer</translation>
    </message>
    <message>
        <source>Smaller by a tenth</source>
        <translation>Ein Zehntel kleiner</translation>
    </message>
    <message>
        <source>Delete the chosen</source>
        <translation>Gewähltes löschen</translation>
    </message>
    <message>
        <source>&amp;Line</source>
        <translation>&amp;Zeile</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Generate all lines without a take</source>
        <translation>Alle Zeilen ohne Take erzeugen</translation>
    </message>
    <message>
        <source>Contact sheet of closures</source>
        <translation>Bilderbogen der Lippenschlüsse</translation>
    </message>
    <message>
        <source>Check all lines</source>
        <translation>Alle Zeilen prüfen</translation>
    </message>
    <message>
        <source>Next line</source>
        <translation>Nächste Zeile</translation>
    </message>
    <message>
        <source>Line before</source>
        <translation>Vorige Zeile</translation>
    </message>
    <message>
        <source>Next finding</source>
        <translation>Nächster Befund</translation>
    </message>
    <message>
        <source>Finding before</source>
        <translation>Voriger Befund</translation>
    </message>
    <message>
        <source>Mark as {0}</source>
        <translation>Als „{0}“ markieren</translation>
    </message>
    <message>
        <source>Note at the cursor</source>
        <translation>Notiz am Cursor</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Show the whole line</source>
        <translation>Ganze Zeile zeigen</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom to the chosen</source>
        <translation>Auf die Auswahl vergrößern</translation>
    </message>
    <message>
        <source>Spectrogram</source>
        <translation>Spektrogramm</translation>
    </message>
    <message>
        <source>Tall lanes</source>
        <translation>Hohe Spuren</translation>
    </message>
    <message>
        <source>Lanes that rest</source>
        <translation>Ruhende Spuren</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Undo: {0}</source>
        <translation>Rückgängig: {0}</translation>
    </message>
    <message>
        <source>Redo: {0}</source>
        <translation>Wiederholen: {0}</translation>
    </message>
</context>
<context>
    <name>ComparePanel</name>
    <message>
        <source>Nothing is compared.</source>
        <translation>Es wird nichts verglichen.</translation>
    </message>
    <message>
        <source>Another take…</source>
        <translation>Anderer Take…</translation>
    </message>
    <message>
        <source>As it was saved</source>
        <translation>Wie gespeichert</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Where the takes differ</source>
        <translation>Wo sich die Takes unterscheiden</translation>
    </message>
    <message>
        <source>Blind test</source>
        <translation>Blindtest</translation>
    </message>
    <message>
        <source>A is better</source>
        <translation>A ist besser</translation>
    </message>
    <message>
        <source>B is better</source>
        <translation>B ist besser</translation>
    </message>
    <message>
        <source>The same</source>
        <translation>Gleich</translation>
    </message>
    <message>
        <source>A is on the left, B on the right: which one speaks better?</source>
        <translation>A ist links, B rechts: Wer spricht besser?</translation>
    </message>
    <message>
        <source>Dashed curves and the right head: {0}</source>
        <translation>Gestrichelte Kurven und der rechte Kopf: {0}</translation>
    </message>
    <message>
        <source>{0}: {1:.3f} apart on average, {2:.2f} at {3:.2f} s</source>
        <translation>{0}: im Mittel {1:.3f} auseinander, {2:.2f} bei {3:.2f} s</translation>
    </message>
    <message>
        <source>Another take</source>
        <translation>Anderer Take</translation>
    </message>
    <message>
        <source>Takes (*.json)</source>
        <translation>Takes (*.json)</translation>
    </message>
    <message>
        <source>as it was saved</source>
        <translation>wie gespeichert</translation>
    </message>
    <message>
        <source>{0} was preferred.</source>
        <translation>{0} wurde bevorzugt.</translation>
    </message>
    <message>
        <source>Both are the same to you.</source>
        <translation>Beide sind für Sie gleich.</translation>
    </message>
    <message>
        <source>The votes are in {0}.</source>
        <translation>Die Stimmen stehen in {0}.</translation>
    </message>
</context>
<context>
    <name>CurvesView</name>
    <message>
        <source>Curves and their keys</source>
        <translation>Kurven und ihre Keys</translation>
    </message>
    <message>
        <source>No take yet: press Generate</source>
        <translation>Noch kein Take: „Erzeugen“ drücken</translation>
    </message>
    <message>
        <source>No line is open</source>
        <translation>Keine Zeile ist offen</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Rig</source>
        <translation>Rig</translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation>Bilder pro Sekunde</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Filming</source>
        <translation>Filmen</translation>
    </message>
    <message>
        <source>{0} is written.</source>
        <translation>{0} ist geschrieben.</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>Exportieren</translation>
    </message>
</context>
<context>
    <name>FindingsPanel</name>
    <message>
        <source>Findings, worst first</source>
        <translation>Befunde, schlimmste zuerst</translation>
    </message>
    <message>
        <source>Listening…</source>
        <translation>Hört zu…</translation>
    </message>
    <message>
        <source>No take is open.</source>
        <translation>Kein Take ist offen.</translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation>nichts gefunden</translation>
    </message>
    <message>
        <source>{0} findings</source>
        <translation>{0} Befunde</translation>
    </message>
</context>
<context>
    <name>HeadMouse</name>
    <message>
        <source>The head that speaks the line</source>
        <translation>Der Kopf, der die Zeile spricht</translation>
    </message>
</context>
<context>
    <name>HeadPane</name>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>Mouth</source>
        <translation>Mund</translation>
    </message>
    <message>
        <source>Portrait</source>
        <translation>Porträt</translation>
    </message>
    <message>
        <source>Wire</source>
        <translation>Gitter</translation>
    </message>
    <message>
        <source>Head…</source>
        <translation>Kopf…</translation>
    </message>
    <message>
        <source>A head of your own (glTF with morph targets)</source>
        <translation>Ein eigener Kopf (glTF mit Morph-Targets)</translation>
    </message>
    <message>
        <source>Demo head</source>
        <translation>Beispielkopf</translation>
    </message>
    <message>
        <source>A head with morph targets</source>
        <translation>Ein Kopf mit Morph-Targets</translation>
    </message>
    <message>
        <source>glTF (*.glb *.gltf)</source>
        <translation>glTF (*.glb *.gltf)</translation>
    </message>
</context>
<context>
    <name>LexiconPanel</name>
    <message>
        <source>Words and their sounds</source>
        <translation>Wörter und ihre Laute</translation>
    </message>
    <message>
        <source>Word</source>
        <translation>Wort</translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation>Laute</translation>
    </message>
    <message>
        <source>Its sounds</source>
        <translation>Seine Laute</translation>
    </message>
    <message>
        <source>K W OW1 DH or /kwoʊð/; more with commas</source>
        <translation>K W OW1 DH oder /kwoʊð/; mehrere mit Kommas</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Guessed from its letters: correct the sounds and keep them</source>
        <translation>Aus den Buchstaben geraten: Laute berichtigen und behalten</translation>
    </message>
    <message>
        <source>Red words are guessed from their letters: say how they sound, and keep it.</source>
        <translation>Rote Wörter sind aus ihren Buchstaben geraten: Sagen Sie, wie sie klingen, und behalten Sie es.</translation>
    </message>
    <message>
        <source>Every word of this line is known.</source>
        <translation>Jedes Wort dieser Zeile ist bekannt.</translation>
    </message>
    <message>
        <source>{0} is kept: realign the lines that hold it.</source>
        <translation>{0} ist behalten: Zeilen mit diesem Wort neu ausrichten.</translation>
    </message>
</context>
<context>
    <name>LineModel</name>
    <message>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>Worst finding</source>
        <translation>Schlimmster Befund</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>no take yet</source>
        <translation>noch kein Take</translation>
    </message>
</context>
<context>
    <name>LinePanel</name>
    <message>
        <source>Search names, findings, notes, words</source>
        <translation>Namen, Befunde, Notizen, Wörter suchen</translation>
    </message>
    <message>
        <source>Search lines</source>
        <translation>Zeilen suchen</translation>
    </message>
    <message>
        <source>Which lines</source>
        <translation>Welche Zeilen</translation>
    </message>
    <message>
        <source>All lines</source>
        <translation>Alle Zeilen</translation>
    </message>
    <message>
        <source>Below 90</source>
        <translation>Unter 90</translation>
    </message>
    <message>
        <source>Lines, worst first</source>
        <translation>Zeilen, schlimmste zuerst</translation>
    </message>
    <message>
        <source>1 line</source>
        <translation>1 Zeile</translation>
    </message>
    <message>
        <source>{0} lines</source>
        <translation>{0} Zeilen</translation>
    </message>
    <message>
        <source>{0} of {1} lines</source>
        <translation>{0} von {1} Zeilen</translation>
    </message>
    <message>
        <source>{0} fixed or approved</source>
        <translation>{0} behoben oder abgenommen</translation>
    </message>
</context>
<context>
    <name>LivePanel</name>
    <message>
        <source>Start the microphone</source>
        <translation>Mikrofon einschalten</translation>
    </message>
    <message>
        <source>Speak, and the head follows 0.12 s behind. Nothing is recorded.</source>
        <translation>Sprechen Sie, und der Kopf folgt nach 0,12 s. Nichts wird aufgenommen.</translation>
    </message>
    <message>
        <source>Stop the microphone</source>
        <translation>Mikrofon ausschalten</translation>
    </message>
</context>
<context>
    <name>NotesPanel</name>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>A click goes there; a double click or F2 edits moment and words</source>
        <translation>Ein Klick springt hin; Doppelklick oder F2 ändert Zeitpunkt und Worte</translation>
    </message>
    <message>
        <source>A note at the cursor, then Return</source>
        <translation>Eine Notiz am Cursor, dann Eingabetaste</translation>
    </message>
    <message>
        <source>New note</source>
        <translation>Neue Notiz</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Move here</source>
        <translation>Hierher</translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Jaw and lips</source>
        <translation>Kiefer und Lippen</translation>
    </message>
    <message>
        <source>jaw</source>
        <translation>Kiefer</translation>
    </message>
    <message>
        <source>lips</source>
        <translation>Lippen</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>All actions</source>
        <translation>Alle Befehle</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>Was möchten Sie tun?</translation>
    </message>
    <message>
        <source>Search actions</source>
        <translation>Befehle suchen</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Befehle</translation>
    </message>
</context>
<context>
    <name>PhoneStrip</name>
    <message>
        <source>Sounds</source>
        <translation>Laute</translation>
    </message>
    <message>
        <source>Sounds of the line</source>
        <translation>Laute der Zeile</translation>
    </message>
    <message>
        <source>Left and right choose a sound, Return renames it, S splits, J joins, Delete removes it.</source>
        <translation>Links und rechts wählen einen Laut, die Eingabetaste benennt ihn um, S teilt, J verbindet, Entf entfernt ihn.</translation>
    </message>
    <message>
        <source>Name of the sound</source>
        <translation>Name des Lautes</translation>
    </message>
</context>
<context>
    <name>PortraitPane</name>
    <message>
        <source>Choose a picture…</source>
        <translation>Bild wählen…</translation>
    </message>
    <message>
        <source>Save a film…</source>
        <translation>Film speichern…</translation>
    </message>
    <message>
        <source>A face seen from in front. The film says in its metadata that its picture is synthetic.</source>
        <translation>Ein Gesicht von vorn. Der Film sagt in seinen Metadaten, dass sein Bild künstlich ist.</translation>
    </message>
    <message>
        <source>A picture of one face</source>
        <translation>Ein Bild eines Gesichts</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>There is no line open: choose one on the left.</source>
        <translation>Keine Zeile ist offen: links eine wählen.</translation>
    </message>
    <message>
        <source>A film</source>
        <translation>Ein Film</translation>
    </message>
    <message>
        <source>Films</source>
        <translation>Filme</translation>
    </message>
</context>
<context>
    <name>Ruler</name>
    <message>
        <source>Seconds</source>
        <translation>Sekunden</translation>
    </message>
</context>
<context>
    <name>SheetDialog</name>
    <message>
        <source>The mouth at every closure</source>
        <translation>Der Mund bei jedem Lippenschluss</translation>
    </message>
    <message>
        <source>Save the sheet</source>
        <translation>Bogen speichern</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>Bilder (*.png)</translation>
    </message>
    <message>
        <source>{0} cannot be written: choose another place.</source>
        <translation>{0} lässt sich nicht schreiben: einen anderen Ort wählen.</translation>
    </message>
</context>
<context>
    <name>SheetView</name>
    <message>
        <source>The mouth at every closure</source>
        <translation>Der Mund bei jedem Lippenschluss</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>All keys</source>
        <translation>Alle Tasten</translation>
    </message>
    <message>
        <source>In the sounds: choose the next or the one before</source>
        <translation>Bei den Lauten: den nächsten oder vorigen wählen</translation>
    </message>
    <message>
        <source>In the sounds: choose more</source>
        <translation>Bei den Lauten: mehrere wählen</translation>
    </message>
    <message>
        <source>In the sounds: move the start by 10 ms</source>
        <translation>Bei den Lauten: den Anfang um 10 ms verschieben</translation>
    </message>
    <message>
        <source>In the sounds: move the end by 10 ms</source>
        <translation>Bei den Lauten: das Ende um 10 ms verschieben</translation>
    </message>
    <message>
        <source>In the sounds: rename, split, join, remove</source>
        <translation>Bei den Lauten: umbenennen, teilen, verbinden, entfernen</translation>
    </message>
    <message>
        <source>In the curves: move the chosen keys (Shift: finely)</source>
        <translation>Bei den Kurven: gewählte Keys verschieben (Umschalt: fein)</translation>
    </message>
    <message>
        <source>In the curves: add a key</source>
        <translation>Bei den Kurven: einen Key hinzufügen</translation>
    </message>
    <message>
        <source>double click</source>
        <translation>Doppelklick</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Keys</translation>
    </message>
</context>
<context>
    <name>SpectrumStrip</name>
    <message>
        <source>Spectrum</source>
        <translation>Spektrum</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
</context>
<context>
    <name>StudioWindow</name>
    <message>
        <source>Lines</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>Lexicon</source>
        <translation>Lexikon</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>A folder of recordings and takes</source>
        <translation>Ein Ordner mit Aufnahmen und Takes</translation>
    </message>
    <message>
        <source>A take or a sound</source>
        <translation>Ein Take oder ein Ton</translation>
    </message>
    <message>
        <source>The demo line did not come with this installation: open a folder.</source>
        <translation>Die Beispielzeile fehlt in dieser Installation: einen Ordner öffnen.</translation>
    </message>
    <message>
        <source>No take is open.</source>
        <translation>Kein Take ist offen.</translation>
    </message>
    <message>
        <source>Drawing the mouths</source>
        <translation>Münder zeichnen</translation>
    </message>
    <message>
        <source>No finding further on.</source>
        <translation>Kein weiterer Befund.</translation>
    </message>
</context>
<context>
    <name>StylePanel</name>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Neutral speech is {0:.1f}, {0:.1f} of the JALI field</source>
        <translation>Neutrale Sprache ist {0:.1f}, {0:.1f} im JALI-Feld</translation>
    </message>
    <message>
        <source>Earlier onsets, in ms</source>
        <translation>Früherer Einsatz, in ms</translation>
    </message>
    <message>
        <source>Jaw offset, in hundredths</source>
        <translation>Versatz des Kiefers, in Hundertsteln</translation>
    </message>
    <message>
        <source>Lip offset, in hundredths</source>
        <translation>Versatz der Lippen, in Hundertsteln</translation>
    </message>
    <message>
        <source>Largest distance from the curves</source>
        <translation>Größter Abstand von den Kurven</translation>
    </message>
    <message>
        <source>Thin keys</source>
        <translation>Keys ausdünnen</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>Lead</source>
        <translation>Vorlauf</translation>
    </message>
    <message>
        <source>Jaw +</source>
        <translation>Kiefer +</translation>
    </message>
    <message>
        <source>Lips +</source>
        <translation>Lippen +</translation>
    </message>
    <message>
        <source>{0}, {1:.0f} a second</source>
        <translation>{0}, {1:.0f} pro Sekunde</translation>
    </message>
</context>
<context>
    <name>Tools</name>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation>Bilder pro Sekunde</translation>
    </message>
    <message>
        <source>{0:g} fps</source>
        <translation>{0:g} B/s</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Stelle</translation>
    </message>
</context>
<context>
    <name>WaveStrip</name>
    <message>
        <source>Wave</source>
        <translation>Welle</translation>
    </message>
    <message>
        <source>Reading the sound…</source>
        <translation>Liest den Ton…</translation>
    </message>
    <message>
        <source>No sound at hand</source>
        <translation>Kein Ton zur Hand</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Hear, see, fix and judge dialogue. Open a folder of recordings: each line gets a take and a score, the worst come first.</source>
        <translation>Dialog hören, sehen, berichtigen, beurteilen. Öffnen Sie einen Ordner mit Aufnahmen: Jede Zeile bekommt einen Take und eine Note, die schlimmsten kommen zuerst.</translation>
    </message>
    <message>
        <source>Try the demo line</source>
        <translation>Die Beispielzeile ausprobieren</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Opened before</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Space plays · Tab goes from sound to sound · Ctrl+K finds every action · F1 lists all keys</source>
        <translation>Leertaste spielt ab · Tab geht von Laut zu Laut · Strg+K findet jeden Befehl · F1 zeigt alle Tasten</translation>
    </message>
</context>
<context>
    <name>WordStrip</name>
    <message>
        <source>Words</source>
        <translation>Wörter</translation>
    </message>
</context>
<context>
    <name>WordsPanel</name>
    <message>
        <source>What is said</source>
        <translation>Was gesagt wird</translation>
    </message>
    <message>
        <source>Type what is said, then press Realign</source>
        <translation>Eintippen, was gesagt wird, dann „Neu ausrichten“</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Realign</source>
        <translation>Neu ausrichten</translation>
    </message>
</context>
</TS>
