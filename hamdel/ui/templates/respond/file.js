for(const f of document.querySelectorAll("[type=file]"))f.onchange=()=>{f.previousElementSibling.textContent=[...f.files].map(x=>x.name).join(document.documentElement.lang=="fa"?"، ":", ")}
