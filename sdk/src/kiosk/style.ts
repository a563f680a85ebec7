// The kiosk fills a tablet: everything grows with the screen and is wide enough for a thumb.

export const KIOSK = `
@font-face{font-family:Vazirmatn;src:url(/static/vendor/vazirmatn.woff2);font-weight:100 900;font-display:swap}
@font-face{font-family:Figtree;src:url(/static/vendor/figtree.woff2);font-weight:300 900;font-display:swap}
html,body{block-size:100%;overflow:hidden;overscroll-behavior:none;touch-action:manipulation;-webkit-user-select:none;user-select:none;-webkit-text-size-adjust:100%}
body{margin:0}
.kiosk.sheet{font:clamp(19px,2.5vmin,30px)/1.55 Figtree,Vazirmatn,system-ui,sans-serif;block-size:100dvh;display:flex;flex-direction:column;background:var(--field);--field:#faf7f2;overflow:auto}
.kiosk.dark{--field:#171411}
.kiosk:lang(fa){line-height:1.8}
.kiosk .scale span,.kiosk .choice span,.kiosk textarea,.kiosk .line{background:var(--paper)}
.kiosk .scale input:checked+span{background:var(--accent)}.kiosk .stars span,.kiosk .stars input:checked+span{background:none}
.kiosk .choice input:checked+span{background:var(--wash)}
.bar{flex:none;display:flex;align-items:center;justify-content:space-between;gap:1em;min-block-size:3.6em;padding:.6em 1.2em;color:var(--soft);font-size:.8em}
.bar b{color:var(--ink)}
.bar .row-end{display:flex;gap:.6em}
.plain{min-block-size:3em;min-inline-size:3em;padding:.2em 1em;border:1.5px solid var(--line);border-radius:.7em;background:none;color:var(--ink);font:inherit;cursor:pointer}
.stage{flex:1;display:grid;align-content:safe center;justify-items:center;padding:0 clamp(1.2em,6vw,4em) 2em}
.stage>*{inline-size:min(100%,44rem)}
.stage legend,.stage .ask{font-size:1.45em;text-align:center;inline-size:100%}
.stage .help{text-align:center}
.stage .scale span{min-block-size:clamp(3.2em,11vmin,5em);font-size:1.15em}
.stage .scale{gap:clamp(.25em,1vw,.7em)}
.stage .faces svg,.stage .stars svg{inline-size:min(100%,3.4em);block-size:auto}
.stage .choice span{min-block-size:3.4em}
.rank>span{min-block-size:3.4em}.rank>span::before{display:none}
.place{flex:none;display:grid;place-items:center;inline-size:1.9em;block-size:1.9em;border:2px solid var(--edge);border-radius:50%;line-height:1}
.rank input:checked+span .place{border-color:var(--accent);background:var(--accent);color:var(--on)}
.share{display:flex;align-items:center;gap:.8em;margin-block-end:.5em}.share span{flex:1;overflow-wrap:anywhere}.share .line{inline-size:6em}.share .picture{max-inline-size:5em;max-block-size:5em;margin:0}
.sum{display:block;font-weight:650;text-align:end;color:var(--soft)}.sum.whole{color:var(--accent)}
.stage .foot{display:flex;justify-content:center;margin-block-start:1em}
.stage .go{min-block-size:3.4em;min-inline-size:11em;font-size:1.1em}
.attract{text-align:center;cursor:pointer}
.attract h1{font-size:clamp(1.9em,6.5vmin,3.4em);line-height:1.4;text-wrap:balance}
.attract p{font-size:1.15em;color:var(--soft);margin-block:.6em 1.6em}
.langs{display:flex;flex-wrap:wrap;justify-content:center;gap:.8em}
.langs .go{min-inline-size:9em;min-block-size:3.4em;font-size:1.15em}
.thanks{text-align:center}.thanks svg{inline-size:5.5em;block-size:5.5em;fill:none;stroke:var(--accent);stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.thanks h1{font-size:1.9em}.thanks p{font-size:1.15em}
.drain{block-size:.35em;inline-size:10em;margin:1.6em auto 0;border-radius:1em;background:var(--line);overflow:hidden}
.drain i{display:block;block-size:100%;background:var(--accent);animation:drain linear forwards;transform-origin:inline-start}
@keyframes drain{from{inline-size:100%}to{inline-size:0}}
dialog{margin:auto;inline-size:min(24rem,calc(100vw - 2rem));padding:1.4em;border:1px solid var(--line);border-radius:1em;background:var(--paper);color:var(--ink);font:inherit;text-align:center}
dialog::backdrop{background:#0008}
.pad{display:grid;grid-template-columns:repeat(3,1fr);gap:.5em;margin-block-start:1em}
.pad .plain,.pad .go{min-block-size:3.2em;padding:.2em}
.pin{font-size:1.6em;letter-spacing:.4em;min-block-size:1.6em}
.facts{display:grid;gap:.4em;margin-block:1em;text-align:start}.facts div{display:flex;justify-content:space-between;gap:1em}
.stack-buttons{display:grid;gap:.6em}
@media (max-width:40rem){.scale.wide:not(.stars,.faces){grid-template-columns:repeat(6,1fr)}}
@media (prefers-reduced-motion:reduce){.drain{display:none}}`;
