<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a take or sound…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All actions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loop what is chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play the chosen sounds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A frame back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A frame on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed {0:g}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Sounds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split at the cursor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Join the chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Insert at the cursor…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tangents: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger by a tenth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller by a tenth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate all lines without a take</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contact sheet of closures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check all lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next finding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finding before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark as {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note at the cursor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the whole line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom to the chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spectrogram</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tall lanes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lanes that rest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ComparePanel</name>
    <message>
        <source>Nothing is compared.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another take…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As it was saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the takes differ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>B is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A is on the left, B on the right: which one speaks better?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dashed curves and the right head: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1:.3f} apart on average, {2:.2f} at {3:.2f} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another take</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as it was saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was preferred.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Both are the same to you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The votes are in {0}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CurvesView</name>
    <message>
        <source>Curves and their keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No take yet: press Generate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No line is open</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rig</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filming</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FindingsPanel</name>
    <message>
        <source>Findings, worst first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listening…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No take is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} findings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HeadMouse</name>
    <message>
        <source>The head that speaks the line</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HeadPane</name>
    <message>
        <source>Face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mouth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Portrait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wire</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Head…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A head of your own (glTF with morph targets)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo head</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A head with morph targets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>glTF (*.glb *.gltf)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LexiconPanel</name>
    <message>
        <source>Words and their sounds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its sounds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>K W OW1 DH or /kwoʊð/; more with commas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guessed from its letters: correct the sounds and keep them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Red words are guessed from their letters: say how they sound, and keep it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every word of this line is known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is kept: realign the lines that hold it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LineModel</name>
    <message>
        <source>Line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Worst finding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no take yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LinePanel</name>
    <message>
        <source>Search names, findings, notes, words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Below 90</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lines, worst first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} fixed or approved</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LivePanel</name>
    <message>
        <source>Start the microphone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speak, and the head follows 0.12 s behind. Nothing is recorded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the microphone</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NotesPanel</name>
    <message>
        <source>Notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A click goes there; a double click or F2 edits moment and words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A note at the cursor, then Return</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move here</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Jaw and lips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>jaw</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lips</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>All actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Actions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PhoneStrip</name>
    <message>
        <source>Sounds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sounds of the line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left and right choose a sound, Return renames it, S splits, J joins, Delete removes it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the sound</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PortraitPane</name>
    <message>
        <source>Choose a picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a film…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A face seen from in front. The film says in its metadata that its picture is synthetic.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A picture of one face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no line open: choose one on the left.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A film</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Films</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Ruler</name>
    <message>
        <source>Seconds</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SheetDialog</name>
    <message>
        <source>The mouth at every closure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be written: choose another place.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SheetView</name>
    <message>
        <source>The mouth at every closure</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>All keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the sounds: choose the next or the one before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the sounds: choose more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the sounds: move the start by 10 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the sounds: move the end by 10 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the sounds: rename, split, join, remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the curves: move the chosen keys (Shift: finely)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the curves: add a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>double click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SpectrumStrip</name>
    <message>
        <source>Spectrum</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StudioWindow</name>
    <message>
        <source>Lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Head</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Findings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lexicon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Style</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder of recordings and takes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A take or a sound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demo line did not come with this installation: open a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No take is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawing the mouths</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No finding further on.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StylePanel</name>
    <message>
        <source>Style</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neutral speech is {0:.1f}, {0:.1f} of the JALI field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Earlier onsets, in ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jaw offset, in hundredths</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lip offset, in hundredths</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest distance from the curves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thin keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jaw +</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lips +</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, {1:.0f} a second</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tools</name>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:g} fps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Position</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WaveStrip</name>
    <message>
        <source>Wave</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the sound…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No sound at hand</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Hear, see, fix and judge dialogue. Open a folder of recordings: each line gets a take and a score, the worst come first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opened before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space plays · Tab goes from sound to sound · Ctrl+K finds every action · F1 lists all keys</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WordStrip</name>
    <message>
        <source>Words</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WordsPanel</name>
    <message>
        <source>What is said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type what is said, then press Realign</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Realign</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
